import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';

/** The part of a request that guards and controllers read. This interface doesn't depend on the HTTP library. */
export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body, or `undefined` if the request has no body. */
  readonly body?: unknown;
  /**
   * The address of the connection or, with `TRUST_PROXY`, the client's address that the trusted proxies report. A
   * reported address isn't validated, so it can be any string.
   */
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

/** Returns whether the client has closed its connection, so that a response would reach nobody. */
export const hasDisconnected = ({ socket }: Pick<HttpRequest, 'socket'>): boolean =>
  socket.destroyed === true;

/**
 * Returns the request of a context. This is faster than `switchToHttp()`, which creates three functions on each call.
 */
export const getRequest = (context: ExecutionContext): HttpRequest => context.getArgByIndex<HttpRequest>(0);

/** Returns the response of a context. */
export const getResponse = (context: ExecutionContext): HttpResponse =>
  context.getArgByIndex<HttpResponse>(1);
