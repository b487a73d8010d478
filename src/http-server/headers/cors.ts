// This code replaces @fastify/cors, because that plugin applies to the whole server. It would add `Vary: Origin` to
// every page and asset. It would also answer OPTIONS requests that are not preflights with a plain-text 400.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../settings/index.js';

/** The request headers that scripts from other origins may send. */
const ALLOWED_HEADERS = 'Content-Type, Idempotency-Key, X-API-Key, Traceparent, Tracestate, Baggage';
const PREFLIGHT_SECONDS = 600;

/** The response headers that scripts from other origins may read. */
const EXPOSED_HEADERS = [
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ');

/**
 * Lets scripts from the origins in `CORS_ORIGINS` call the API with a key, but never with cookies (Fetch standard,
 * section 3.3).
 */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  constructor({ corsOrigins }: Pick<Settings, 'corsOrigins'>) {
    this.origins = new Set(corsOrigins);
  }

  /**
   * Adds the CORS headers to an API response if `CORS_ORIGINS` is set. The response always gets `Vary: Origin`, because
   * a cache must not reuse it for a different origin. Only responses to allowed origins get the other headers.
   */
  addHeaders({ url, headers }: FastifyRequest, reply: FastifyReply): void {
    if (this.origins.size === 0 || !url.startsWith('/api/')) return;
    void reply.header('vary', 'Origin');
    if (!this.isAllowed(headers.origin)) return;
    void reply.header('access-control-allow-origin', headers.origin);
    void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
  }

  /**
   * Adds the headers of a preflight response if the origin is allowed.
   * @param methods the HTTP methods that the requested path supports.
   */
  addPreflightHeaders(
    { url, headers }: FastifyRequest,
    reply: FastifyReply,
    methods: readonly string[],
  ): void {
    if (!url.startsWith('/api/') || !this.isAllowed(headers.origin)) return;
    if (headers['access-control-request-method'] === undefined) return;
    void reply.header('access-control-allow-methods', methods.join(', '));
    void reply.header('access-control-allow-headers', ALLOWED_HEADERS);
    void reply.header('access-control-max-age', PREFLIGHT_SECONDS);
  }

  private isAllowed(origin: string | undefined): boolean {
    return origin !== undefined && this.origins.has(origin);
  }
}
