import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '../access/principal.js';

/** The little of a request that guards and controllers read, whatever HTTP server is below. */
export interface IncomingCall {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was parsed; `undefined` without one. */
  readonly body?: unknown;
  /** The caller's address as the trusted proxies tell it; may be anything a client made up. */
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined; readonly destroyed?: boolean };
  /** Set by the authentication guard; missing where calls do not count. */
  caller?: Caller;
  /** Set by the throttler guard: what `GET /me` shows. */
  rateLimit?: RateLimitState;
}

/** What a budget holds after a call: contract.md, section 5. */
export interface RateLimitState {
  readonly policy: string;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds, rounded up, until the oldest counted call leaves the window; 0 when there is none. */
  readonly resetSeconds: number;
}

/** The little of an answer that guards and controllers write. */
export interface OutgoingAnswer {
  header(name: string, value: string | number): this;
  removeHeader(name: string): unknown;
  code(status: number): this;
  send(body?: unknown): this;
}

/** Whether the caller's connection is closed, so that nobody would get an answer. */
export const hasHungUp = ({ socket }: Pick<IncomingCall, 'socket'>): boolean => socket.destroyed === true;

/** The call that a guard is asked about. `switchToHttp()` would make three functions each time. */
export const callOf = (context: ExecutionContext): IncomingCall => context.getArgByIndex<IncomingCall>(0);

/** The answer to that call. */
export const answerOf = (context: ExecutionContext): OutgoingAnswer =>
  context.getArgByIndex<OutgoingAnswer>(1);
