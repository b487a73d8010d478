import type { ExecutionContext } from '@nestjs/common';
import { getRequest, type HttpRequest } from '../http/index.js';
import type { AuthOutcome } from './auth-outcome.js';

/** The state of a rate limit after a request (docs/api.md, "Rate limits"). */
export interface RateLimitState {
  readonly policy: string;
  readonly limit: number;
  readonly remaining: number;
  /**
   * The number of seconds, rounded up, until the oldest counted request leaves the window. 0 if the window contains no
   * requests.
   */
  readonly resetSeconds: number;
}

/** A request with the results of the global guards. */
export interface GuardedRequest extends HttpRequest {
  /** The result of authentication. Set by the authentication guard. */
  auth?: AuthOutcome;
  /** The state of the caller's rate limit. Set by the throttler guard, except on routes without a rate limit. */
  rateLimit?: RateLimitState;
  /** Whether the request exceeded a rate limit. Set by the throttler guard. */
  isLimited?: boolean;
}

/** Returns the request of a context, with the results of the guards that have already run. */
export const getGuardedRequest = (context: ExecutionContext): GuardedRequest => getRequest(context);
