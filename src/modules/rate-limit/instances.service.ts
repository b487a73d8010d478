import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppConfig } from '../../config/index.js';
import { RedisLink } from '../../redis/index.js';
import { InstancesRepository } from './instances.repository.js';

const BEAT_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long others may take to notice an instance that has just started. */
const NOTICED_AFTER_MS = 2 * BEAT_MS;

/**
 * How many instances share the limits. One that starts counts for the others within a beat, but gets a share of
 * its own only when they have all made room for a whole window; one that dies keeps its share for a window.
 */
@Injectable()
export class InstancesService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(InstancesService.name);
  private readonly id = randomUUID();
  private readonly windowMs: number;
  private running = 1;
  private settledAtMs = 0;
  private isWarned = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: InstancesRepository,
    private readonly clock: Clock,
    private readonly config: AppConfig,
    private readonly redis: RedisLink,
  ) {
    this.windowMs = config.rateLimitWindowSeconds * 1_000;
  }

  async onModuleInit(): Promise<void> {
    // On SQLite there is never another one.
    if (this.config.database.kind === 'sqlite') return;
    await this.beat();
    if (this.running > 1) this.settledAtMs = this.clock.monotonicMs() + NOTICED_AFTER_MS + this.windowMs;
    this.timer = setInterval(() => void this.beatOrWarn(), BEAT_MS);
    this.timer.unref();
  }

  /** With Redis away the others must go on leaving room for what this one has accepted in the last window. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (!this.timer || this.redis.isDegraded) return;
    const yesterday = new Date(this.clock.now().getTime() - DAY_MS);
    await this.repository
      .forget(this.id, yesterday)
      .catch((error: unknown) => this.logger.warn(String(error)));
  }

  get count(): number {
    return this.running;
  }

  /** This instance's part of a limit; 0 until the others have made room. */
  shareOf(limit: number): number {
    return this.untilSettledMs === 0 ? Math.max(1, Math.floor(limit / this.running)) : 0;
  }

  get untilSettledMs(): number {
    return Math.max(0, this.settledAtMs - this.clock.monotonicMs());
  }

  private async beat(): Promise<void> {
    await this.repository.beat(this.id);
    this.running = Math.max(1, await this.repository.count((this.windowMs + 2 * NOTICED_AFTER_MS) / 1_000));
    this.warnOfFullLimits();
  }

  private warnOfFullLimits(): void {
    if (this.isWarned || this.running === 1 || this.config.redisUrl !== null) return;
    this.isWarned = true;
    this.logger.warn(
      `${this.running} instances run without REDIS_URL, so each of them holds the full limits.`,
    );
  }

  private async beatOrWarn(): Promise<void> {
    try {
      await this.beat();
    } catch (error) {
      this.logger.warn(`No sign of life could be given: ${String(error)}`);
    }
  }
}
