import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Settings } from '../../settings/index.js';
import { RedisLink } from '../../redis/index.js';
import { DatabaseCheck } from './database-check.js';
import { InstancesRepository } from './instances.repository.js';

const HEARTBEAT_MS = 1_000;
/** An instance that hasn't written a heartbeat for this time is dead. */
const LIVE_SECONDS = 3;
/**
 * The row of a dead instance is kept for this time after its last heartbeat, so that operators can see it in the
 * database.
 */
const REMOVE_AFTER_SECONDS = 600;
const REMOVE_EVERY_HEARTBEATS = 60;
const POLL_MS = 200;

/**
 * Writes a heartbeat every second, so that each instance knows how many instances share the rate limits. It also reads
 * its heartbeat back, to check that the database works.
 */
@Injectable()
export class InstancesService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(InstancesService.name);
  private readonly id = randomUUID();
  private readonly databaseCheck = new DatabaseCheck(this.logger);
  /** The last heartbeat of each instance that may be alive. */
  private live: ReadonlyMap<string, Date> = new Map();
  /**
   * The heartbeats that this instance found at startup. `count` includes an instance only after it has written a newer
   * heartbeat, because an old one may come from the process that ran before a restart.
   */
  private liveAtStart: ReadonlyMap<string, Date> | null = null;
  private heartbeats = 0;
  private pendingHeartbeat: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isWarned = false;

  constructor(
    private readonly repository: InstancesRepository,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly redis: RedisLink,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.heartbeat();
    if (this.redis.isDegraded) await this.waitUntilLiveInstancesAreKnown();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.databaseCheck.stop();
    // Wait for the pending heartbeat. Otherwise it would write the row again after the removal.
    await this.pendingHeartbeat;
    await this.repository.remove(this.id).catch((error: unknown) => this.logger.warn(String(error)));
  }

  /** The number of running instances. On SQLite, only one can run. */
  get count(): number {
    if (this.settings.database.kind === 'sqlite') return 1;
    const isRunning = ([id, seenAt]: [string, Date]) => id !== this.id && this.hasNewHeartbeat(id, seenAt);
    return 1 + [...this.live].filter(isRunning).length;
  }

  /** The reason why the database doesn't work reliably, or `null` if the last check succeeded. */
  get databaseProblem(): string | null {
    return this.databaseCheck.problem;
  }

  /** The number of instances that may be running. Unlike `count`, it includes those that were found at startup. */
  get possibleCount(): number {
    return this.settings.database.kind === 'sqlite' ? 1 : Math.max(1, this.live.size);
  }

  /**
   * Writes a heartbeat and then schedules the next one, so that heartbeats don't accumulate while the database hangs.
   */
  private async heartbeat(): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    this.pendingHeartbeat = this.databaseCheck.run(() => this.writeAndReadHeartbeat());
    await this.pendingHeartbeat;
    if (this.isStopped) return;
    if (this.heartbeats++ % REMOVE_EVERY_HEARTBEATS === 0) await this.removeDead();
    const delayMs = startedAtMs + HEARTBEAT_MS - this.clock.monotonicMs();
    this.timer = setTimeout(() => void this.heartbeat(), Math.max(0, delayMs)).unref();
  }

  private async writeAndReadHeartbeat(): Promise<void> {
    const writtenAt = await this.repository.writeHeartbeat(this.id);
    this.live = await this.repository.findLive(LIVE_SECONDS);
    if (this.live.get(this.id)?.getTime() !== writtenAt.getTime())
      throw new Error('The database did not return the value that was just written.');
    this.liveAtStart ??= this.live;
    this.warnOfFullLimits();
  }

  /**
   * Waits until it is clear which of the instances that were found at startup are alive. While Redis is unavailable,
   * this instance must know its share of the limits before it serves the first request. A live instance writes a
   * heartbeat within a second. An instance without a heartbeat for three seconds is dead.
   */
  private async waitUntilLiveInstancesAreKnown(): Promise<void> {
    try {
      for (let waitedMs = 0; waitedMs < LIVE_SECONDS * 1_000; waitedMs += POLL_MS) {
        const others = [...this.live].filter(([id]) => id !== this.id);
        if (others.every(([id, seenAt]) => this.hasNewHeartbeat(id, seenAt))) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        this.live = await this.repository.findLive(LIVE_SECONDS);
      }
    } catch (error) {
      this.logger.warn(`Can't find out which other instances are running: ${String(error)}`);
    }
  }

  private async removeDead(): Promise<void> {
    await this.repository
      .removeDead(REMOVE_AFTER_SECONDS)
      .catch((error: unknown) =>
        this.logger.debug(`The records of dead instances could not be removed: ${String(error)}`),
      );
  }

  private hasNewHeartbeat(id: string, seenAt: Date): boolean {
    return this.liveAtStart?.get(id)?.getTime() !== seenAt.getTime();
  }

  private warnOfFullLimits(): void {
    if (this.isWarned || this.settings.redisUrl !== null || this.count === 1) return;
    this.isWarned = true;
    this.logger.warn(
      `${this.count} instances are running without REDIS_URL, so each one applies the full rate limits.`,
    );
  }
}
