import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import { OutageLog } from './outage-log.js';
import { RedisConnection } from './redis-connection.js';
import { toRedisFailure, isErrorReply, NoReplyError, type RedisFailure } from './redis-failure.js';
import { RedisProbe, type RedisCommand } from './redis-probe.js';
import { ReplyWatchdog } from './reply-watchdog.js';
import { ThrottledLog } from './throttled-log.js';

/** The interval at which this class checks whether Redis works. It does so even if there is no traffic. */
const CHECK_INTERVAL_MS = 1_000;
/** The minimum time between two additional checks. An error reply from the script triggers one. */
const EXTRA_CHECK_INTERVAL_MS = 100;

/** The error for a command that Redis can't run at the moment. */
export class RedisUnavailableError extends Error {}

/**
 * The connection to Redis. While Redis doesn't work, commands immediately throw `RedisUnavailableError`. If Redis stops
 * replying, they throw it after about 200 ms. Redis counts as working only while it can run the rate-limit script.
 */
@Injectable()
export class RedisLink implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisLink.name);
  private readonly outages = new OutageLog(this.logger);
  private readonly singleErrors: ThrottledLog;
  private readonly watchdog: ReplyWatchdog;
  private readonly probe: RedisProbe;
  private readonly connection: RedisConnection | null;
  private client: Redis | null = null;
  private isWorking = false;
  /** The time at which the last outage ended, on the monotonic clock. It is `null` if there has been no outage. */
  private restoredAtMs: number | null = null;
  private pendingCheck: Promise<void> | null = null;
  private extraCheckAtMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** Reports the first connection or failure to `onModuleInit`, which waits for it. It is `null` afterwards. */
  private resolveFirstResult: ((failure: RedisFailure | null) => void) | null = null;

  constructor(
    { redisUrl }: Settings,
    private readonly clock: Clock,
  ) {
    this.singleErrors = new ThrottledLog(this.logger, clock);
    this.watchdog = new ReplyWatchdog(clock, (error) => this.reconnect(this.client, error));
    this.probe = new RedisProbe(this.watchdog, this.logger);
    const owner = {
      opened: (client: Redis) => {
        this.client = client;
        void this.check();
      },
      lost: (cause: unknown) => this.onLost(cause),
    };
    this.connection = redisUrl === null ? null : new RedisConnection(redisUrl, clock, owner);
  }

  /** Sets the command that must succeed for Redis to count as working. The rate limit module sets its script. */
  setProbe(script: RedisCommand<unknown>): void {
    this.probe.setProbe(script);
  }

  /** Connects to Redis. Throws an error that explains the fix if only an operator can make Redis usable. */
  async onModuleInit(): Promise<void> {
    if (!this.connection) return;
    const firstResult = new Promise<RedisFailure | null>((resolve) => (this.resolveFirstResult = resolve));
    this.connection.open();
    const failure = await firstResult;
    if (failure?.isFatalAtStart) {
      this.onApplicationShutdown();
      throw new Error(failure.message);
    }
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.watchdog.stop();
    this.connection?.close();
  }

  /** Whether REDIS_URL is set. */
  get isConfigured(): boolean {
    return this.connection !== null;
  }

  /** Whether REDIS_URL is set, but Redis doesn't work at the moment. */
  get isDegraded(): boolean {
    return this.isConfigured && !this.isWorking;
  }

  /**
   * Returns whether Redis was unavailable in the last `milliseconds`. If so, its counters are incomplete for this
   * period.
   */
  wasUnavailableWithin(milliseconds: number): boolean {
    return (
      !this.isWorking ||
      (this.restoredAtMs !== null && this.clock.monotonicMs() - this.restoredAtMs < milliseconds)
    );
  }

  /** Runs the rate-limit script. Throws `RedisUnavailableError` if that fails, even if Redis rejects only this run. */
  async runScript<T>(command: RedisCommand<T>): Promise<T> {
    const client = this.workingClient();
    try {
      return await this.watchdog.wait(command(client));
    } catch (error) {
      if (!isErrorReply(error)) throw this.toUnavailableError(client, error);
      this.checkAfter(error);
      throw new RedisUnavailableError(error.message);
    }
  }

  /**
   * Sends a command that isn't related to rate limits. Rethrows an error reply from Redis unchanged. Any other failure
   * becomes a `RedisUnavailableError`.
   */
  async send<T>(command: RedisCommand<T>): Promise<T> {
    const client = this.workingClient();
    try {
      return await this.watchdog.wait(command(client));
    } catch (error) {
      throw isErrorReply(error) ? error : this.toUnavailableError(client, error);
    }
  }

  private workingClient(): Redis {
    if (!this.client || !this.isWorking) throw new RedisUnavailableError('Redis is unavailable');
    return this.client;
  }

  private toUnavailableError(client: Redis, error: unknown): RedisUnavailableError {
    if (error instanceof RedisUnavailableError) return error;
    this.reconnect(client, error);
    return new RedisUnavailableError(toRedisFailure(error).message);
  }

  /** Checks the server. Only one check runs at a time. */
  private check(): Promise<void> {
    this.pendingCheck ??= this.runCheck().finally(() => (this.pendingCheck = null));
    return this.pendingCheck;
  }

  private async runCheck(): Promise<void> {
    const { client } = this;
    if (!client) return;
    try {
      await this.probe.check(client);
      if (client === this.client) this.onWorking();
    } catch (error) {
      this.reconnect(client, error);
    }
  }

  /** Finds out whether Redis rejects all script runs or only the one that caused this error reply. */
  private checkAfter(error: Error): void {
    if (this.probe.recordClusterReply(this.client, error)) return this.reconnect(this.client, error);
    const now = this.clock.monotonicMs();
    if (now - this.extraCheckAtMs < EXTRA_CHECK_INTERVAL_MS) return;
    this.extraCheckAtMs = now;
    // A pending check may have started before the error, so another check follows it.
    void Promise.resolve(this.pendingCheck)
      .then(() => this.check())
      .then(() => {
        if (this.isWorking)
          this.singleErrors.warn(`Redis rejects some rate-limit checks. ${toRedisFailure(error).message}`);
      });
  }

  private reconnect(client: Redis | null, error: unknown): void {
    if (client) this.connection?.reconnect(client, error);
  }

  private onLost(cause: unknown): void {
    const failure = toRedisFailure(cause);
    const isStarting = this.resolveFirstResult !== null;
    // When a working connection closes, the error rarely contains the reason. The next connection attempt follows
    // immediately, and its error contains the reason.
    const isUnclear = this.isWorking && failure.kind === 'unreachable' && !(cause instanceof NoReplyError);
    this.client = null;
    this.isWorking = false;
    if (!(isStarting && failure.isFatalAtStart)) this.outages.began(isUnclear ? null : failure);
    this.watchdog.rejectAll(new RedisUnavailableError(failure.message));
    this.reportFirstResult(failure);
  }

  private onWorking(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    if (this.outages.ended()) this.restoredAtMs = this.clock.monotonicMs();
    this.reportFirstResult(null);
  }

  private reportFirstResult(failure: RedisFailure | null): void {
    this.resolveFirstResult?.(failure);
    this.resolveFirstResult = null;
  }
}
