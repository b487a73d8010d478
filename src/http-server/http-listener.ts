import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROBLEM_CONTENT_TYPE, problemHeaders, toProblem, UNAVAILABLE } from '../common/errors/index.js';
import type { Settings } from '../settings/index.js';
import { createHttpServer } from './http-server.js';
import { apiHeaders } from './headers/response-headers.js';

const IDLE_CHECK_MS = 50;

/**
 * The HTTP server and its listening socket. While the application starts, the listener answers liveness checks itself
 * and rejects other requests with 503. After `startServing`, the application gets all requests, including those on
 * existing connections.
 */
export class HttpListener {
  readonly server: Server;
  private handler: RequestListener;
  private application: RequestListener | null = null;
  private listening: Promise<void> | null = null;

  constructor(private readonly settings: Pick<Settings, 'host' | 'port' | 'publicUrl'>) {
    this.handler = (request, response) => this.respondWhileStarting(request, response);
    this.server = createHttpServer((request, response) => this.handler(request, response));
  }

  /** The actual port. It differs from the setting `PORT` only if the setting is 0. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Starts listening. Further calls return the same promise. If that fails, the error names the setting to change. */
  listen(): Promise<void> {
    const { host, port } = this.settings;
    this.listening ??= new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) =>
        reject(new Error(listenErrorMessage(error, host, port), { cause: error }));
      this.server.once('error', onError);
      this.server.listen({ host, port }, () => {
        this.server.off('error', onError);
        resolve();
      });
    });
    return this.listening;
  }

  /** Connects the application to the server. The application gets requests only after `startServing`. */
  attach(application: RequestListener): Server {
    this.application = application;
    return this.server;
  }

  /** Passes every request to the application from now on. */
  startServing(): void {
    this.handler = this.application!;
  }

  /**
   * Closes each connection after its next response. Clients then connect again, and a load balancer sends them to
   * another instance.
   */
  disableKeepAlive(): void {
    this.server.prependListener(
      'request',
      (_request, response) => void response.setHeader('Connection', 'close'),
    );
  }

  /**
   * Stops accepting connections, and resolves when all open connections have closed.
   * @param forceAfterMs the time (in ms) after which even busy connections are closed.
   */
  async close(forceAfterMs: number): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Node closes idle connections only once, when `close` is called. Connections that become idle later would stay
    // open for a long time.
    const idleCheck = setInterval(() => this.server.closeIdleConnections(), IDLE_CHECK_MS);
    const force = setTimeout(() => this.server.closeAllConnections(), forceAfterMs);
    await closed;
    clearInterval(idleCheck);
    clearTimeout(force);
  }

  private respondWhileStarting({ url = '', method }: IncomingMessage, response: ServerResponse): void {
    const [path] = url.split('?', 1);
    const requestId = randomUUID();
    response.setHeader('X-Request-Id', requestId);
    for (const [name, value] of Object.entries(apiHeaders(this.settings))) response.setHeader(name, value);
    if (path === '/health/live' && (method === 'GET' || method === 'HEAD')) {
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ status: 'ok', checks: {} }));
      return;
    }
    const error = UNAVAILABLE.create({
      detail: 'The service is starting. Try again shortly.',
      headers: { 'Retry-After': '1' },
      extensions: path === '/health/ready' ? { checks: { process: 'starting' } } : {},
    });
    for (const [name, value] of Object.entries(problemHeaders(error))) response.setHeader(name, value);
    response.statusCode = error.kind.status;
    response.setHeader('Content-Type', PROBLEM_CONTENT_TYPE);
    response.end(JSON.stringify(toProblem(error, requestId)));
  }
}

/** The error codes that mean that HOST is not an address of this machine. */
const INVALID_HOST = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

/** Explains why the server can't listen and which setting to change. */
function listenErrorMessage(
  { code = '', message }: NodeJS.ErrnoException,
  host: string,
  port: number,
): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is already in use. Stop the program that uses the port, or set PORT to a different number.`;
  if (code === 'EACCES')
    return `This user is not allowed to listen on port ${port}. Set PORT to 1024 or more.`;
  if (INVALID_HOST.has(code))
    return `HOST is ${host}, which is not an address of this machine. Set HOST to one of the machine's addresses, or to 0.0.0.0 for all of them.`;
  return `Listening on port ${port} of ${host} failed: ${message}`;
}
