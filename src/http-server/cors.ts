// Done by hand, as @fastify/cors knows only a whole server: it would mark every page and asset with `Vary: Origin`,
// and answer an OPTIONS that is no preflight with 400 in plain text.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../settings/index.js';

const ALLOWED_FIELDS = 'Content-Type, Idempotency-Key, X-API-Key, Traceparent, Tracestate, Baggage';
const PREFLIGHT_SECONDS = 600;

/** What scripts of other origins may read besides the body. */
const EXPOSED_FIELDS = [
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

/** Lets scripts of the origins in `CORS_ORIGINS` call the API with a key, never with cookies: the Fetch standard, section 3.3. */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  constructor({ corsOrigins }: Pick<Settings, 'corsOrigins'>) {
    this.origins = new Set(corsOrigins);
  }

  /** Marks an answer of the API; caches must know that it depends on the origin also where there is none. */
  mark({ url, headers }: FastifyRequest, reply: FastifyReply): void {
    if (this.origins.size === 0 || !url.startsWith('/api/')) return;
    void reply.header('vary', 'Origin');
    if (!this.isAllowed(headers.origin)) return;
    void reply.header('access-control-allow-origin', headers.origin);
    void reply.header('access-control-expose-headers', EXPOSED_FIELDS);
  }

  /** Adds what a browser asks for before a call. @param methods of the path. */
  answerPreflight({ url, headers }: FastifyRequest, reply: FastifyReply, methods: readonly string[]): void {
    if (!url.startsWith('/api/') || !this.isAllowed(headers.origin)) return;
    if (headers['access-control-request-method'] === undefined) return;
    void reply.header('access-control-allow-methods', methods.join(', '));
    void reply.header('access-control-allow-headers', ALLOWED_FIELDS);
    void reply.header('access-control-max-age', PREFLIGHT_SECONDS);
  }

  private isAllowed(origin: string | undefined): boolean {
    return origin !== undefined && this.origins.has(origin);
  }
}
