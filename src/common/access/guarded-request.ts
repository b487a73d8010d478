import type { ExecutionContext } from '@nestjs/common';
import { getRequest, type HttpRequest } from '../http/index.js';
import type { AuthOutcome } from './auth-outcome.js';

/** What a rate limit allows after a request: docs/api.md, "Rate limits". */
export interface RateLimitState {
  readonly policy: string;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds, rounded up, until the oldest counted request leaves the window; 0 when there is none. */
  readonly resetSeconds: number;
}

/** A request with what the global guards found out about it. */
export interface GuardedRequest extends HttpRequest {
  /** Set by the authentication guard. */
  auth?: AuthOutcome;
  /** The caller's budget, set by the throttler guard; missing on routes that count nothing. */
  rateLimit?: RateLimitState;
  /** Set by the throttler guard when a limit denies the request. */
  isLimited?: boolean;
}

/** The request of a context, with what earlier guards found out. */
export const getGuardedRequest = (context: ExecutionContext): GuardedRequest => getRequest(context);
