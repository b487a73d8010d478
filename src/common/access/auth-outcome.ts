import type { AppError } from '../errors/app-error.js';
import type { Principal } from './principal.js';

/**
 * The result of authentication, for the guards that run later. A known credential can be denied, but authentication
 * doesn't throw that error at once. The rate limiter counts the request first, so that denied requests are limited,
 * too.
 */
export interface AuthOutcome {
  readonly principal: Principal | null;
  /** The owner of the key or session, even if it was denied. `null` means that the request has no known credential. */
  readonly userId: string | null;
  /** The id of the API key, if the request contains its correct secret. The key may be revoked or expired. */
  readonly apiKeyId: string | null;
  /** The error with which the access guard will reject the request. */
  readonly denial: AppError | null;
}

/** Creates the result for a request without a known credential. */
export const nobody = (denial: AppError | null): AuthOutcome => ({
  principal: null,
  userId: null,
  apiKeyId: null,
  denial,
});
