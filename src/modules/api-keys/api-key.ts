import { statusAt, type ApiKeyStatus } from './api-key-status.js';
import type { ApiKeyEntity } from './api-key.entity.js';

/** The `subject` of invalidations of keys. */
export const API_KEY_SUBJECT = 'api_key';

/** An API key without its secret and hash: docs/api.md, "API keys". */
export interface ApiKey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly description: string | null;
  readonly prefix: string;
  readonly status: ApiKeyStatus;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedReason: string | null;
  readonly createdByKeyId: string | null;
}

/** Statistics count an active key as unused if it was neither used nor created in the last `UNUSED_AFTER_DAYS` days. */
export const UNUSED_AFTER_DAYS = 90;

/** The number of keys, in total and by status. `neverUsed` and `unusedFor90Days` count only active keys. */
export interface ApiKeyCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<ApiKeyStatus, number>>;
  readonly neverUsed: number;
  /** The constant `UNUSED_AFTER_DAYS` defines when a key is unused. */
  readonly unusedFor90Days: number;
}

/** A key expires soon if it expires within this number of days. */
export const EXPIRES_SOON_DAYS = 30;

/** The numbers of one user's active keys that need attention. */
export interface ApiKeySummary {
  /** The constant `UNUSED_AFTER_DAYS` defines when a key is unused. */
  readonly unusedFor90Days: number;
  /** The constant `EXPIRES_SOON_DAYS` defines when a key expires soon. */
  readonly expiringWithin30Days: number;
}

/** The key that created another key. */
export type ParentKey = Pick<ApiKey, 'id' | 'name'>;

/** The maximum number of keys in a list of the keys that were created with a certain key. */
export const MAX_CHILDREN_SHOWN = 20;

/** The first characters of a key. They identify the key and are safe to show. */
export const displayPrefixOf = ({ prefix, id }: Pick<ApiKeyEntity, 'prefix' | 'id'>): string =>
  `${prefix}_${id}`;

type StoredApiKey = Omit<ApiKeyEntity, 'hash' | 'nameFolded' | 'prefixFolded'>;

export const toApiKey = (entity: StoredApiKey, now: Date): ApiKey => ({
  id: entity.id,
  userId: entity.userId,
  name: entity.name,
  description: entity.description,
  prefix: displayPrefixOf(entity),
  status: statusAt(entity, now),
  createdAt: entity.createdAt,
  lastUsedAt: entity.lastUsedAt,
  lastUsedFrom: entity.lastUsedFrom,
  expiresAt: entity.expiresAt,
  revokedAt: entity.revokedAt,
  revokedReason: entity.revokedReason,
  createdByKeyId: entity.createdByKeyId,
});
