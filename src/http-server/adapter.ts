// Traps: what the HTTP server and the router refuse (bad URLs, oversized header fields, no Host) never
// reaches Nest's filter, and Fastify answers a request that comes while it closes in its own words.
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
import { BODY_LIMIT_BYTES, dropContentTypeOfEmptyBody, registerBodyParsers } from './body-parser.js';
import { Cors } from './cors.js';
import { DOCS_PATH } from '../openapi/document.js';
import { hostHeaderProblem } from './host-header.js';
import { createHttpServer } from './http-server.js';
import { apiHeaders, docsHeaders, pageHeaders } from './response-headers.js';
import { MAX_PARAM_LENGTH, RouteMethods } from './route-methods.js';

/**
 * The HTTP server below Nest, with every refusal of its own as a problem document.
 * @param serverFor gives the server for the function that handles requests; it may listen already.
 */
export function createAdapter(
  settings: Settings,
  serverFor: (handle: RequestListener) => Server = createHttpServer,
): FastifyAdapter {
  const fields = apiHeaders(settings);
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: settings.trustProxy > 0 && ((_address, hop) => hop < settings.trustProxy),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    serverFactory: (handle: unknown) => serverFor(handle as RequestListener),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: unknown, request: { id: string }, reply: unknown) =>
      sendProblem(reply as FastifyReply, translateError(error), request.id, fields),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const kind = error.code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : MALFORMED_REQUEST;
      socket.end(rawAnswer(kind.create(), fields));
    },
  });
  const server = adapter.getInstance();
  registerBodyParsers(server);
  const methods = new RouteMethods(server);
  const cors = new Cors(settings);
  const [forDocs, forPages] = [docsHeaders(settings), pageHeaders(settings)];
  const fieldsFor = (url: string) => {
    // What nearly every call is; the others may take a little longer.
    if (url.startsWith('/api/v1/')) return fields;
    if (!isApiPath(url)) return forPages;
    return url.startsWith(DOCS_PATH) ? forDocs : fields;
  };
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    void reply.headers(fieldsFor(request.url));
    cors.mark(request, reply);
    const fault = hostHeaderProblem(request.raw);
    if (fault) return done(MALFORMED_REQUEST.create({ detail: fault }));
    if (!request.is404) {
      dropContentTypeOfEmptyBody(request);
      return done();
    }
    // Where there is no route, no body is read.
    const allowed = methods.at(request.url);
    if (allowed.length === 0) return done(NOT_FOUND.create());
    void reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method !== 'OPTIONS') return done(methodNotAllowed(request, methods));
    cors.answerPreflight(request, reply, allowed);
    void reply.code(204).send();
  });
  return adapter;
}

/** Keys are never deleted, so whoever tries to is led to what ends them. */
function methodNotAllowed({ method, url }: FastifyRequest, methods: RouteMethods): AppError {
  const [path] = url.split('?', 1);
  const revokes = method === 'DELETE' && methods.at(`${path}/revoke`).includes('POST');
  return METHOD_NOT_ALLOWED.create(
    revokes
      ? { detail: `Nothing is deleted here. To revoke it, send POST to ${loggedPath(path!)}/revoke.` }
      : {},
  );
}

function sendProblem(
  reply: FastifyReply,
  error: AppError,
  requestId: string,
  fields: Readonly<Record<string, string>>,
): void {
  void reply
    .code(error.kind.status)
    .headers({
      ...fields,
      'X-Request-Id': requestId,
      ...problemHeaders(error),
      'Content-Type': PROBLEM_CONTENT_TYPE,
    })
    .send(JSON.stringify(toProblem(error, requestId)));
}

/** A whole HTTP answer as text, for a connection on which no request could be read. */
function rawAnswer(error: AppError, fields: Readonly<Record<string, string>>): string {
  const requestId = randomUUID();
  const body = JSON.stringify(toProblem(error, requestId));
  const headers = {
    ...fields,
    'X-Request-Id': requestId,
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${error.kind.status} ${STATUS_CODES[error.kind.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
