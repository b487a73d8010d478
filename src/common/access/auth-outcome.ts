import type { AppError } from '../errors/app-error.js';
import type { Principal } from './principal.js';

/**
 * The result of authentication, for the guards that run later. If authentication rejects a credential, it stores the
 * error in `denial` instead of throwing it. The rate limiter can then count the request before the access guard throws
 * the error, so that rejected requests are also limited.
 */
export interface AuthOutcome {
  readonly principal: Principal | null;
  /**
   * The id of the user who owns the key or session, even if authentication rejected it. `null` means that the request
   * contains no known credential.
   */
  readonly userId: string | null;
  /**
   * The id of the API key if the request contains the correct secret of a key, even if the key is revoked or expired.
   * Otherwise `null`.
   */
  readonly apiKeyId: string | null;
  /** The error with which the access guard will reject the request, or `null` if authentication rejected nothing. */
  readonly denial: AppError | null;
}

/** Creates the result for a request that contains no known credential. */
export const unauthenticated = (denial: AppError | null): AuthOutcome => ({
  principal: null,
  userId: null,
  apiKeyId: null,
  denial,
});
