// Trap: ioredis reconnects by itself to a server that hangs only when the system notices, which may take a
// quarter of an hour, and after a refused SELECT it goes on in database 0. So here every connection is a new
// client: one that failed in any way is given up, and the address is looked up again.
import { Redis } from 'ioredis';
import type { Clock } from '../common/clock.js';

const CONNECT_TIMEOUT_MS = 1_000;
/** The pace of attempts. A connection that stood for longer is opened again at once. */
const RETRY_MS = 500;
const CLOSE_TIMEOUT_MS = 250;
const CLOSED = 'the connection was closed';

export interface ConnectionOwner {
  /** A connection stands; nothing was asked on it yet. */
  opened(client: Redis): void;
  /** There is no connection now; another one is tried by itself. */
  lost(cause: unknown): void;
}

/** Keeps one connection to Redis open. */
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
      // The owner asks what it needs to know; each question of the client's own could hang.
      enableReadyCheck: false,
      disableClientInfo: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: null,
    });
    this.client = client;
    // A refused AUTH or SELECT arrives here too.
    client.on('error', (cause) => this.giveUp(client, this.withHint(cause)));
    client.on('close', () => this.giveUp(client, this.withHint(new Error(CLOSED))));
    client.on('ready', () => {
      if (client === this.client) this.owner.opened(client);
    });
    client.connect().catch((cause: unknown) => this.giveUp(client, cause));
  }

  /** Leaves a connection that is of no use any more, and opens another one. Does nothing when it was left before. */
  giveUp(client: Redis, cause: unknown): void {
    if (client !== this.client) return;
    this.client = null;
    client.disconnect();
    const restMs = this.attemptedAtMs + RETRY_MS - this.clock.monotonicMs();
    this.retry = setTimeout(() => this.open(), Math.max(0, restMs)).unref();
    this.owner.lost(cause);
  }

  /** A server that expects TLS closes a connection without it; one that knows none waits for the rest. */
  private withHint(cause: Error & { code?: string }): Error {
    const isTls = this.url.startsWith('rediss:');
    const isYoung = this.clock.monotonicMs() - this.attemptedAtMs < RETRY_MS;
    const isClosed = cause.message === CLOSED || cause.code === 'ECONNRESET';
    if (isTls && cause.code === 'ETIMEDOUT')
      return new Error(`${cause.message} (a port without TLS needs redis://)`, { cause });
    if (!isTls && isYoung && isClosed)
      return new Error(`${CLOSED} at once (a port with TLS needs rediss://)`, { cause });
    return cause;
  }

  close(): void {
    clearTimeout(this.retry);
    const { client } = this;
    this.client = null;
    client?.disconnect();
  }
}
