import type { AppError } from '../../common/errors/index.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_EXPIRED, API_KEY_REVOKED } from './api-keys.errors.js';

export const API_KEY_STATUSES = ['active', 'revoked', 'expired'] as const;
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** The `subject` of invalidations of keys. */
export const API_KEY_SUBJECT = 'api_key';

/** An API key without its secret and hash: docs/api.md, "API keys". */
export interface ApiKey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
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

/** Statistics count an active key as unused if it was neither used nor created in this many days. */
export const UNUSED_AFTER_DAYS = 90;

/** The number of keys, in total and by status. `neverUsed` and `unusedFor90Days` count only active keys. */
export interface ApiKeyCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<ApiKeyStatus, number>>;
  readonly neverUsed: number;
  /** The constant `UNUSED_AFTER_DAYS` defines when a key is unused. */
  readonly unusedFor90Days: number;
}

/**
 * Returns the status at the given time. A revoked key stays `revoked` after `expiresAt`. A key has already expired
 * when `now` equals `expiresAt`.
 */
export function statusAt(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): ApiKeyStatus {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'active';
}

/** Returns the error for requests with a revoked or expired key, or `null` if the key is active. */
export function inactiveKeyError(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): AppError | null {
  const status = statusAt(key, now);
  if (status === 'active') return null;
  return status === 'revoked' ? API_KEY_REVOKED.create() : API_KEY_EXPIRED.create();
}

/** The first characters of a key. They identify the key and are safe to show. */
export const displayPrefixOf = ({ prefix, id }: Pick<ApiKeyEntity, 'prefix' | 'id'>): string =>
  `${prefix}_${id}`;

type StoredApiKey = Omit<ApiKeyEntity, 'hash' | 'nameFolded' | 'prefixFolded'>;

export const toApiKey = (entity: StoredApiKey, now: Date): ApiKey => ({
  id: entity.id,
  userId: entity.userId,
  name: entity.name,
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
