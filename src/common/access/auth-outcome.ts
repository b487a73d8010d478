import type { AppError } from '../errors/app-error.js';
import type { Principal } from './principal.js';

/**
 * What authentication finds out about a request, for the guards after it. A credential that is known but denied is
 * not thrown at once: the limiter counts the request first, so that denied requests are limited too.
 */
export interface AuthOutcome {
  readonly principal: Principal | null;
  /** The user whose key or session was presented, even when it is denied; `null` without a known credential. */
  readonly userId: string | null;
  /** The key whose true secret was presented, active or not. */
  readonly apiKeyId: string | null;
  /** Why the access guard will deny the request. */
  readonly denial: AppError | null;
}

/** The outcome of a request without a known credential. */
export const nobody = (denial: AppError | null): AuthOutcome => ({
  principal: null,
  userId: null,
  apiKeyId: null,
  denial,
});
