import type { ExecutionContext } from '@nestjs/common';
import { getRequest, type HttpRequest } from '../http/index.js';
import type { AuthOutcome } from './principal.js';

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
  /** Set by the authentication guard; missing where requests do not count. */
  auth?: AuthOutcome;
  /** Set by the throttler guard. */
  rateLimit?: RateLimitState;
}

/** The request of a context, with what earlier guards found out. */
export const getGuardedRequest = (context: ExecutionContext): GuardedRequest => getRequest(context);
