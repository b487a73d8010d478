// Caution: when a server hangs, ioredis reconnects only after the operating system has detected the problem, which can
// take 15 minutes.
// Caution: after a failed SELECT, ioredis continues in database 0.
// So this class creates a new client after any failure. The new client also resolves the host name again.
import { Redis } from 'ioredis';
import type { Clock } from '../common/clock.js';

const CONNECT_TIMEOUT_MS = 1_000;
/** The minimum time between two connection attempts. */
const RETRY_MS = 500;
const CLOSE_TIMEOUT_MS = 250;
const CLOSED = 'the connection was closed';

export interface ConnectionOwner {
  /** A new connection is open. No command has been sent on it yet. */
  opened(client: Redis): void;
  /** The connection is lost or couldn't be opened. Another attempt follows automatically. */
  lost(cause: unknown): void;
}

/** Keeps one connection to Redis open and replaces it after failures. */
export class RedisConnection {
  private client: Redis | null = null;
  private attemptedAtMs = Number.NEGATIVE_INFINITY;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly owner: ConnectionOwner,
  ) {}

  open(): void {
    this.attemptedAtMs = this.clock.monotonicMs();
    const client = new Redis(this.url, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      disconnectTimeout: CLOSE_TIMEOUT_MS,
      // These options stop ioredis from sending, queueing or repeating commands itself. Its own commands have no
      // timeout and could hang. The owner applies a timeout to each command that it sends.
      enableReadyCheck: false,
      disableClientInfo: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: null,
    });
    this.client = client;
    // This event also reports a failed AUTH or SELECT.
    client.on('error', (cause) => this.reconnect(client, this.addTlsHint(cause)));
    client.on('close', () => this.reconnect(client, this.addTlsHint(new Error(CLOSED))));
    client.on('ready', () => {
      if (client === this.client) this.owner.opened(client);
    });
    client.connect().catch((cause: unknown) => this.reconnect(client, cause));
  }

  /** Closes a failed connection and schedules a new one. Does nothing if the client has already been replaced. */
  reconnect(client: Redis, cause: unknown): void {
    if (client !== this.client) return;
    this.client = null;
    client.disconnect();
    const delayMs = this.attemptedAtMs + RETRY_MS - this.clock.monotonicMs();
    this.retry = setTimeout(() => this.open(), Math.max(0, delayMs)).unref();
    this.owner.lost(cause);
  }

  /**
   * Adds a hint to the error if the URL probably has the wrong protocol. A server with TLS immediately closes
   * unencrypted connections. On a server without TLS, a TLS handshake times out.
   */
  private addTlsHint(cause: Error & { code?: string }): Error {
    const isTls = this.url.startsWith('rediss:');
    const isNew = this.clock.monotonicMs() - this.attemptedAtMs < RETRY_MS;
    const isClosed = cause.message === CLOSED || cause.code === 'ECONNRESET';
    if (isTls && cause.code === 'ETIMEDOUT')
      return new Error(`${cause.message} (for a port without TLS, use redis://)`, { cause });
    if (!isTls && isNew && isClosed)
      return new Error(`${CLOSED} immediately (for a port with TLS, use rediss://)`, { cause });
    return cause;
  }

  close(): void {
    clearTimeout(this.retry);
    const { client } = this;
    this.client = null;
    client?.disconnect();
  }
}
