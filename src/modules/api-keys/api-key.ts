import type { AppError } from '../../common/errors/index.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_EXPIRED, API_KEY_REVOKED } from './api-keys.errors.js';

export const API_KEY_STATUSES = ['active', 'revoked', 'expired'] as const;
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** What invalidations of keys are about. */
export const API_KEY_SUBJECT = 'api_key';

/** A key for the rest of the service, without its secret or hash: docs/api.md, "API keys". */
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

/** An active key that was neither used nor created for longer counts as unused. */
export const UNUSED_AFTER_DAYS = 90;

/** How many keys exist. The last two numbers count only active keys. */
export interface ApiKeyCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<ApiKeyStatus, number>>;
  readonly neverUsed: number;
  /** For longer than `UNUSED_AFTER_DAYS`. */
  readonly unusedFor90Days: number;
}

/** A revoked key stays `revoked` when it also expires. A key expires at `expiresAt`, not after it. */
export function statusAt(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): ApiKeyStatus {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'active';
}

/** The error for requests with a revoked or expired key; `null` for an active key. */
export function endOf(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): AppError | null {
  const status = statusAt(key, now);
  if (status === 'active') return null;
  return status === 'revoked' ? API_KEY_REVOKED.create() : API_KEY_EXPIRED.create();
}

/** The start of a key, which is safe to show: enough to recognize the key, without its secret. */
export const prefixOf = ({ prefix, id }: Pick<ApiKeyEntity, 'prefix' | 'id'>): string => `${prefix}_${id}`;

type StoredApiKey = Omit<ApiKeyEntity, 'hash' | 'nameFolded' | 'prefixFolded'>;

export const toApiKey = (entity: StoredApiKey, now: Date): ApiKey => ({
  id: entity.id,
  userId: entity.userId,
  name: entity.name,
  prefix: prefixOf(entity),
  status: statusAt(entity, now),
  createdAt: entity.createdAt,
  lastUsedAt: entity.lastUsedAt,
  lastUsedFrom: entity.lastUsedFrom,
  expiresAt: entity.expiresAt,
  revokedAt: entity.revokedAt,
  revokedReason: entity.revokedReason,
  createdByKeyId: entity.createdByKeyId,
});
