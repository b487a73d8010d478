import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import { OutageLog } from './outage-log.js';
import { RedisConnection } from './redis-connection.js';
import { toRedisFailure, isErrorReply, NoReplyError, type RedisFailure } from './redis-failure.js';
import { RedisProbe, type Command } from './redis-probe.js';
import { ReplyWatchdog } from './reply-watchdog.js';
import { ThrottledLog } from './throttled-log.js';

/** How often Redis is judged, whether anybody calls or not. */
const LOOK_EVERY_MS = 1_000;
/** Refused commands ask for a look at once, but for no more than one in this time. */
const SUSPECT_EVERY_MS = 100;

/** Redis can't be asked now. */
export class RedisUnavailableError extends Error {}

/**
 * The connection to Redis, behind a breaker: whoever asks gets an answer or `RedisUnavailableError` at once or after
 * 200 ms, never a queue. Redis works when the script of the limits runs there, and only then.
 */
@Injectable()
export class RedisLink implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisLink.name);
  private readonly outages = new OutageLog(this.logger);
  private readonly singleRefusals: ThrottledLog;
  private readonly silence: ReplyWatchdog;
  private readonly judge: RedisProbe;
  private readonly connection: RedisConnection | null;
  private client: Redis | null = null;
  private isWorking = false;
  /** When Redis last came back, on the monotonic clock; `null` when it was never away. */
  private returnedAtMs: number | null = null;
  private looking: Promise<void> | null = null;
  private suspectedAtMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private firstVerdict: ((failure: RedisFailure | null) => void) | null = null;

  constructor(
    { redisUrl }: Settings,
    private readonly clock: Clock,
  ) {
    this.singleRefusals = new ThrottledLog(this.logger, clock);
    this.silence = new ReplyWatchdog(clock, (error) => this.giveUp(this.client, error));
    this.judge = new RedisProbe(this.silence, this.logger);
    const owner = {
      opened: (client: Redis) => {
        this.client = client;
        void this.look();
      },
      lost: (cause: unknown) => this.lose(cause),
    };
    this.connection = redisUrl === null ? null : new RedisConnection(redisUrl, clock, owner);
  }

  /** Sets what must run for Redis to count as working: the script of the limits, where it counts a call. */
  setProbe(script: Command<unknown>): void {
    this.judge.setProbe(script);
  }

  /** Throws an error with the cure when Redis is there, but only an operator can make it usable. */
  async onModuleInit(): Promise<void> {
    if (!this.connection) return;
    const verdict = new Promise<RedisFailure | null>((resolve) => (this.firstVerdict = resolve));
    this.connection.open();
    const failure = await verdict;
    if (failure?.stopsStart) {
      this.onApplicationShutdown();
      throw new Error(failure.sentence);
    }
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.silence.stop();
    this.connection?.close();
  }

  /** Whether a Redis is configured. */
  get isConfigured(): boolean {
    return this.connection !== null;
  }

  /** Whether calls go on without Redis at the moment. */
  get isDegraded(): boolean {
    return this.isConfigured && !this.isWorking;
  }

  /** Whether Redis was away within this time, so that it does not know all of it. */
  wasUnavailableWithin(milliseconds: number): boolean {
    return (
      !this.isWorking ||
      (this.returnedAtMs !== null && this.clock.monotonicMs() - this.returnedAtMs < milliseconds)
    );
  }

  /** Runs the script of the limits. Throws `RedisUnavailableError`, also when Redis refuses just this one run. */
  async runScript<T>(command: Command<T>): Promise<T> {
    const client = this.clientInUse();
    try {
      return await this.silence.wait(command(client));
    } catch (error) {
      if (!isErrorReply(error)) throw this.away(client, error);
      this.suspect(error);
      throw new RedisUnavailableError(error.message);
    }
  }

  /** Runs a command whose refusal says nothing about the limits. Throws `RedisUnavailableError`, or the refusal as it is. */
  async send<T>(command: Command<T>): Promise<T> {
    const client = this.clientInUse();
    try {
      return await this.silence.wait(command(client));
    } catch (error) {
      throw isErrorReply(error) ? error : this.away(client, error);
    }
  }

  private clientInUse(): Redis {
    if (!this.client || !this.isWorking) throw new RedisUnavailableError('Redis is away');
    return this.client;
  }

  private away(client: Redis, error: unknown): RedisUnavailableError {
    if (error instanceof RedisUnavailableError) return error;
    this.giveUp(client, error);
    return new RedisUnavailableError(toRedisFailure(error).sentence);
  }

  /** Judges the server, once at a time. */
  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = null));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { client } = this;
    if (!client) return;
    try {
      await this.judge.judge(client);
      if (client === this.client) this.regain();
    } catch (error) {
      this.giveUp(client, error);
    }
  }

  /** A single command was refused: Redis refuses all of them, or just what this one is about. */
  private suspect(error: Error): void {
    if (this.judge.convicts(this.client, error)) return this.giveUp(this.client, error);
    const now = this.clock.monotonicMs();
    if (now - this.suspectedAtMs < SUSPECT_EVERY_MS) return;
    this.suspectedAtMs = now;
    // A look that is under way may have begun before the refusal.
    void Promise.resolve(this.looking)
      .then(() => this.look())
      .then(() => {
        if (this.isWorking)
          this.singleRefusals.warn(`Redis refuses single windows. ${toRedisFailure(error).sentence}`);
      });
  }

  private giveUp(client: Redis | null, error: unknown): void {
    if (client) this.connection?.giveUp(client, error);
  }

  private lose(cause: unknown): void {
    const failure = toRedisFailure(cause);
    const isStarting = this.firstVerdict !== null;
    // Why a working connection ended, the next attempt tells better, which follows at once.
    const isUnclear = this.isWorking && failure.kind === 'outage' && !(cause instanceof NoReplyError);
    this.client = null;
    this.isWorking = false;
    if (!(isStarting && failure.stopsStart)) this.outages.began(isUnclear ? null : failure);
    this.silence.giveUp(new RedisUnavailableError(failure.sentence));
    this.decideStart(failure);
  }

  private regain(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    if (this.outages.ended()) this.returnedAtMs = this.clock.monotonicMs();
    this.decideStart(null);
  }

  private decideStart(failure: RedisFailure | null): void {
    this.firstVerdict?.(failure);
    this.firstVerdict = null;
  }
}
