// Caution: errors in Node's HTTP server and in Fastify's router (for example oversized headers or invalid URLs) never
// reach Nest's exception filter. This file turns them into problem documents.
// Caution: with its default options, Fastify answers requests in its own error format while it is closing.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  HEADERS_TOO_LARGE,
  MALFORMED_REQUEST,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  PROBLEM_CONTENT_TYPE,
  problemHeaders,
  toProblem,
  translateError,
  type AppError,
} from '../common/errors/index.js';
import { isApiPath, loggedPath } from '../common/http/index.js';
import type { Settings } from '../settings/index.js';
import { BODY_LIMIT_BYTES, dropContentTypeOfEmptyBody, registerBodyParsers } from './body/body-parser.js';
import { Cors } from './headers/cors.js';
import { DOCS_PATH } from '../openapi/document.js';
import { trustedHops } from './headers/forwarded-for.js';
import { hostHeaderProblem } from './headers/host-header.js';
import { createHttpServer } from './http-server.js';
import { apiHeaders, docsHeaders, pageHeaders } from './headers/response-headers.js';
import { MAX_PARAM_LENGTH, RouteMethods } from './route-methods.js';

/**
 * Creates the Fastify adapter for Nest. Errors that occur outside Nest also become problem documents.
 * @param serverFor returns an HTTP server that passes its requests to the given handler. The server may already be
 * listening.
 */
export function createAdapter(
  settings: Settings,
  serverFor: (handler: RequestListener) => Server = createHttpServer,
): FastifyAdapter {
  const headers = apiHeaders(settings);
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustedHops(settings.trustProxy),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    serverFactory: (handler: unknown) => serverFor(handler as RequestListener),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: unknown, request: { id: string }, reply: unknown) =>
      sendProblem(reply as FastifyReply, translateError(error), request.id, headers),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const kind = error.code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : MALFORMED_REQUEST;
      socket.end(rawResponse(kind.create(), headers));
    },
  });
  const server = adapter.getInstance();
  registerBodyParsers(server);
  const methods = new RouteMethods(server);
  const cors = new Cors(settings);
  const forDocs = settings.docs === 'on' ? docsHeaders(settings) : headers;
  const forPages = pageHeaders(settings);
  const headersFor = (url: string) => {
    // Hot path: nearly all requests go to the API. For them, the slower checks are skipped.
    if (url.startsWith('/api/v1/')) return headers;
    if (!isApiPath(url)) return forPages;
    return url.startsWith(DOCS_PATH) ? forDocs : headers;
  };
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    void reply.headers(headersFor(request.url));
    cors.addHeaders(request, reply);
    const problem = hostHeaderProblem(request.raw);
    if (problem) return done(MALFORMED_REQUEST.create({ detail: problem }));
    if (!request.is404) {
      dropContentTypeOfEmptyBody(request);
      return done();
    }
    // If there is no route, the request ends here, before its body is read.
    const allowed = methods.at(request.url);
    if (allowed.length === 0) return done(NOT_FOUND.create());
    void reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method !== 'OPTIONS') return done(methodNotAllowed(request, methods));
    cors.addPreflightHeaders(request, reply, allowed);
    void reply.code(204).send();
  });
  return adapter;
}

/**
 * Creates the error for an unsupported method. API keys can't be deleted, so the error for a DELETE points to the route
 * that revokes the key.
 */
function methodNotAllowed({ method, url }: FastifyRequest, methods: RouteMethods): AppError {
  const [path] = url.split('?', 1);
  const revokes = method === 'DELETE' && methods.at(`${path}/revoke`).includes('POST');
  return METHOD_NOT_ALLOWED.create(
    revokes
      ? {
          detail: `API keys can't be deleted. To revoke a key, send a POST request to ${loggedPath(path!)}/revoke.`,
        }
      : {},
  );
}

function sendProblem(
  reply: FastifyReply,
  error: AppError,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): void {
  void reply
    .code(error.kind.status)
    .headers({
      ...headers,
      'X-Request-Id': requestId,
      ...problemHeaders(error),
      'Content-Type': PROBLEM_CONTENT_TYPE,
    })
    .send(JSON.stringify(toProblem(error, requestId)));
}

/** Returns a complete HTTP response as a string, for a connection that has sent an unreadable request. */
function rawResponse(error: AppError, baseHeaders: Readonly<Record<string, string>>): string {
  const requestId = randomUUID();
  const body = JSON.stringify(toProblem(error, requestId));
  const headers = {
    ...baseHeaders,
    'X-Request-Id': requestId,
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${error.kind.status} ${STATUS_CODES[error.kind.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
