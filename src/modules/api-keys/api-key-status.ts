import type { AppError } from '../../common/errors/index.js';
import { API_KEY_EXPIRED, API_KEY_REVOKED } from './api-keys.errors.js';

export const API_KEY_STATUSES = ['active', 'revoked', 'expired'] as const;
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** The times that determine the status of a key. */
interface KeyTimes {
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
}

/**
 * Returns the status of a key at the time `now`. A revoked key stays `revoked` after its expiration time, so that its
 * owner sees that someone revoked it on purpose. A key is already expired when `now` equals `expiresAt`.
 */
export function statusAt(key: KeyTimes, now: Date): ApiKeyStatus {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'active';
}

/** Returns the error for requests with a revoked or expired key, or `null` if the key is active. */
export function inactiveKeyError(key: KeyTimes, now: Date): AppError | null {
  const status = statusAt(key, now);
  if (status === 'active') return null;
  return status === 'revoked' ? API_KEY_REVOKED.create() : API_KEY_EXPIRED.create();
}
