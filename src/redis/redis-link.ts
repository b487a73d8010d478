import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Clock } from '../common/clock.js';
import { AppConfig } from '../config/index.js';

/** Commands that are under way for this long without any answer mean that Redis is away. */
const PATIENCE_MS = 200;
/** A look that comes this late says more about this process, which was busy, than about Redis. */
const LATE_MS = 50;
/** How long Redis is left alone then. */
const PAUSE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;

/** Redis cannot be asked now. */
export class RedisAway extends Error {}

/**
 * The connection to Redis, behind a breaker: whoever asks gets an answer or `RedisAway` at once or after
 * 200 ms, never a queue. What counts is silence, not the age of one command: many at once may take longer.
 */
@Injectable()
export class RedisLink implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisLink.name);
  private readonly pending = new Set<(error: RedisAway) => void>();
  private readonly client: Redis | null;
  private lastAnswerMs = 0;
  private pausedUntilMs = 0;
  private watchdog: NodeJS.Timeout | undefined;
  private isAway = false;
  /** When Redis last came back, on the monotonic clock; `null` when it was never away. */
  private returnedAtMs: number | null = null;

  constructor(
    config: AppConfig,
    private readonly clock: Clock,
  ) {
    this.client = config.redisUrl === null ? null : this.open(config.redisUrl);
  }

  async onModuleInit(): Promise<void> {
    if (!this.client) return;
    try {
      await this.client.connect();
    } catch (error) {
      this.lose(error);
    }
  }

  onApplicationShutdown(): void {
    this.client?.removeAllListeners('close');
    clearTimeout(this.watchdog);
    this.client?.disconnect();
  }

  /** Whether a Redis is configured. */
  get isUsed(): boolean {
    return this.client !== null;
  }

  /** Whether calls go on without Redis at the moment. */
  get isDegraded(): boolean {
    return this.isAway;
  }

  /** Whether Redis was away within this time, so that it does not know all of it. */
  wasAwayWithin(milliseconds: number): boolean {
    return (
      this.isAway ||
      (this.returnedAtMs !== null && this.clock.monotonicMs() - this.returnedAtMs < milliseconds)
    );
  }

  /** Asks once more, so that a return is noticed without a call. */
  async check(): Promise<boolean> {
    return this.ask((client) => client.ping()).then(
      () => true,
      () => false,
    );
  }

  /** Throws `RedisAway`. */
  async ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    const { client } = this;
    const now = this.clock.monotonicMs();
    if (!client || client.status !== 'ready' || now < this.pausedUntilMs) throw this.away('not connected');
    if (this.pending.size === 0) this.lastAnswerMs = now;
    this.watch();
    let giveUp: (error: RedisAway) => void = () => undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
    });
    this.pending.add(giveUp);
    try {
      const answer = await Promise.race([command(client), silence]);
      this.lastAnswerMs = this.clock.monotonicMs();
      this.regain();
      return answer;
    } catch (error) {
      throw error instanceof RedisAway ? error : this.lose(error);
    } finally {
      this.pending.delete(giveUp);
    }
  }

  private open(url: string): Redis {
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => PAUSE_MS / 4,
    });
    client.on('error', (error) => this.lose(error));
    client.on('close', () => this.lose(new Error('the connection was closed')));
    return client;
  }

  /** Looks every 200 ms, while commands are under way, whether anything was answered. */
  private watch(): void {
    const dueMs = this.clock.monotonicMs() + PATIENCE_MS;
    this.watchdog ??= setTimeout(() => {
      // Answers that already lie in the socket are read before this runs.
      setImmediate(() => {
        this.watchdog = undefined;
        if (this.pending.size === 0) return;
        const nowMs = this.clock.monotonicMs();
        if (nowMs - this.lastAnswerMs < PATIENCE_MS || nowMs - dueMs > LATE_MS) return this.watch();
        this.lose(new Error(`no answer for ${PATIENCE_MS} ms`));
      });
    }, PATIENCE_MS).unref();
  }

  private away(reason: string): RedisAway {
    return new RedisAway(`Redis is away: ${reason}`);
  }

  private lose(cause: unknown): RedisAway {
    const error = this.away(cause instanceof Error ? cause.message : String(cause));
    if (!this.isAway)
      this.logger.warn(`${error.message}. Each instance goes on with its share of the limits.`);
    this.isAway = true;
    this.pausedUntilMs = this.clock.monotonicMs() + PAUSE_MS;
    for (const giveUp of this.pending) giveUp(error);
    return error;
  }

  private regain(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.returnedAtMs = this.clock.monotonicMs();
    this.logger.log('Redis is back.');
  }
}
