import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';

/** The part of a request that guards and controllers read, whatever HTTP server is below. */
export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was parsed; `undefined` without one. */
  readonly body?: unknown;
  /** The caller's address as the trusted proxies tell it; may be anything a client made up. */
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined; readonly destroyed?: boolean };
}

/** The part of a response that guards and controllers write. */
export interface HttpResponse {
  header(name: string, value: string | number): this;
  removeHeader(name: string): unknown;
  code(status: number): this;
  send(body?: unknown): this;
}

/** Whether the client has closed its connection, so that nobody would get a response. */
export const hasHungUp = ({ socket }: Pick<HttpRequest, 'socket'>): boolean => socket.destroyed === true;

/** The request that a guard judges. Hot path: `switchToHttp()` creates three functions each time. */
export const getRequest = (context: ExecutionContext): HttpRequest => context.getArgByIndex<HttpRequest>(0);

/** The response to that request. */
export const getResponse = (context: ExecutionContext): HttpResponse =>
  context.getArgByIndex<HttpResponse>(1);
