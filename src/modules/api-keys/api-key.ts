import type { AppError } from '../../common/errors/index.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_EXPIRED, API_KEY_REVOKED } from './api-keys.errors.js';

export const API_KEY_STATUSES = ['active', 'revoked', 'expired'] as const;
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** A key as the rest of the service sees one: never its secret or hash. contract.md, section 2. */
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

/** How many keys there are. The last two count active keys only. */
export interface ApiKeyCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<ApiKeyStatus, number>>;
  readonly neverUsed: number;
  /** For longer than `UNUSED_AFTER_DAYS`. */
  readonly unusedFor90Days: number;
}

/** Revoked comes before expired. A key is expired from the very moment that `expiresAt` names. */
export function statusAt(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): ApiKeyStatus {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'active';
}

/** Why a key that has ended is turned away; `null` while it is active. */
export function endOf(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): AppError | null {
  const status = statusAt(key, now);
  if (status === 'active') return null;
  return status === 'revoked' ? API_KEY_REVOKED.create() : API_KEY_EXPIRED.create();
}

export const toApiKey = (entity: ApiKeyEntity, now: Date): ApiKey => ({
  id: entity.id,
  userId: entity.userId,
  name: entity.name,
  prefix: `${entity.prefix}_${entity.id}`,
  status: statusAt(entity, now),
  createdAt: entity.createdAt,
  lastUsedAt: entity.lastUsedAt,
  lastUsedFrom: entity.lastUsedFrom,
  expiresAt: entity.expiresAt,
  revokedAt: entity.revokedAt,
  revokedReason: entity.revokedReason,
  createdByKeyId: entity.createdByKeyId,
});
