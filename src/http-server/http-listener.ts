import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROBLEM_CONTENT_TYPE, problemHeaders, toProblem, UNAVAILABLE } from '../common/errors/index.js';
import type { Settings } from '../settings/index.js';
import { createHttpServer } from './http-server.js';
import { apiHeaders } from './response-headers.js';

const IDLE_CHECK_MS = 50;

/**
 * The listening server. While the application starts it tells that the process lives, and refuses everything else;
 * then it hands requests over, on the same connections.
 */
export class HttpListener {
  readonly server: Server;
  private handle: RequestListener;
  private application: RequestListener | null = null;
  private opening: Promise<void> | null = null;

  constructor(private readonly settings: Pick<Settings, 'host' | 'port' | 'publicUrl'>) {
    this.handle = (request, response) => this.refuse(request, response);
    this.server = createHttpServer((request, response) => this.handle(request, response));
  }

  /** The port that is listened on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Listens, if it does not yet. Throws an error that says which setting to change. */
  open(): Promise<void> {
    const { host, port } = this.settings;
    this.opening ??= new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) =>
        reject(new Error(sentenceOf(error, host, port), { cause: error }));
      this.server.once('error', failed);
      this.server.listen({ host, port }, () => {
        this.server.off('error', failed);
        resolve();
      });
    });
    return this.opening;
  }

  /** The server for an application, which gets no request before `serve`. */
  serverFor(application: RequestListener): Server {
    this.application = application;
    return this.server;
  }

  /** Hands every request over to the application from now on. */
  serve(): void {
    this.handle = this.application!;
  }

  /** Asks clients to come back on another connection, so that they find another instance. */
  disableKeepAlive(): void {
    this.server.prependListener(
      'request',
      (_request, response) => void response.setHeader('Connection', 'close'),
    );
  }

  /** Takes no new connections, and resolves when all that are open have ended. @param cutOffMs when they are cut off. */
  async close(cutOffMs: number): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    // A connection that is busy now is idle once it got its answer, and clients keep idle ones for long.
    const idle = setInterval(() => this.server.closeIdleConnections(), IDLE_CHECK_MS);
    const cutOff = setTimeout(() => this.server.closeAllConnections(), cutOffMs);
    await closed;
    clearInterval(idle);
    clearTimeout(cutOff);
  }

  /** The answer of a process that has not started yet. */
  private refuse({ url = '', method }: IncomingMessage, response: ServerResponse): void {
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

const NO_ADDRESS_OF_OURS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

/** Why nobody can be listened to, in words of the settings. */
function sentenceOf({ code = '', message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is already in use. Stop the other program, or set another PORT.`;
  if (code === 'EACCES')
    return `This user is not allowed to listen on port ${port}. Set PORT to 1024 or more.`;
  if (NO_ADDRESS_OF_OURS.has(code))
    return `HOST ${host} is not an address of this machine. Set HOST to one, or to 0.0.0.0 for all of them.`;
  return `Cannot listen on port ${port} of ${host}: ${message}`;
}
