import type { AppError } from '../../../common/errors/index.js';
import { ACCOUNT_SUSPENDED, type User } from '../../users/index.js';
import { inactiveKeyError } from '../api-key-status.js';

/** The facts that decide whether a key is denied. */
interface KeyFacts {
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly owner: Pick<User, 'status'>;
}

/**
 * Returns the error for a key that is denied although its secret is right, or `null` if it isn't denied. A revocation
 * comes first, then expiry, then the suspension of the owner. This is a hot path: most keys have neither time, so they
 * need no look at the clock.
 * @param now returns the current time.
 */
export function keyDenial({ revokedAt, expiresAt, owner }: KeyFacts, now: () => Date): AppError | null {
  if (revokedAt || expiresAt) {
    const ended = inactiveKeyError({ revokedAt, expiresAt }, now());
    if (ended) return ended;
  }
  return owner.status === 'suspended' ? ACCOUNT_SUSPENDED.create() : null;
}
