import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Settings } from '../../settings/index.js';
import { RedisLink } from '../../redis/index.js';
import { DatabaseProof } from './database-proof.js';
import { InstancesRepository } from './instances.repository.js';

const BEAT_MS = 1_000;
/** An instance that missed three beats is dead. */
const LIVES_SECONDS = 3;
/** Its row stays for a while, so that operators can see it in the database. */
const REMOVED_AFTER_SECONDS = 600;
const REMOVE_EVERY_BEATS = 60;
const LEARN_EVERY_MS = 200;

/**
 * Writes a heartbeat every second, so that the instances know how many share the rate limits. The heartbeat is read
 * back, which also shows that the database works.
 */
@Injectable()
export class InstancesService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(InstancesService.name);
  private readonly id = randomUUID();
  private readonly proof = new DatabaseProof(this.logger);
  /** The last heartbeat of each instance that may be alive. */
  private living: ReadonlyMap<string, Date> = new Map();
  /** The same when this instance started. An instance without a later heartbeat is dead, like the previous process. */
  private found: ReadonlyMap<string, Date> | null = null;
  private beats = 0;
  private beating: Promise<void> = Promise.resolve();
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
    await this.beat();
    if (this.redis.isDegraded) await this.learnWhoLives();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.proof.stop();
    // A pending heartbeat would write the row again.
    await this.beating;
    await this.repository.remove(this.id).catch((error: unknown) => this.logger.warn(String(error)));
  }

  /** How many instances run. On SQLite only this one can. */
  get count(): number {
    if (this.settings.database.kind === 'sqlite') return 1;
    return 1 + [...this.living].filter(([id, seenAt]) => id !== this.id && this.hasBeaten(id, seenAt)).length;
  }

  /** Why the database can't be relied on, or `null` if it has just worked. */
  get databaseProblem(): string | null {
    return this.proof.problem;
  }

  /** This instance's share of a limit. Every instance that may be alive counts, so all shares together fit the limit. */
  shareOf(limit: number): number {
    const sharers = this.settings.database.kind === 'sqlite' ? 1 : Math.max(1, this.living.size);
    return Math.max(1, Math.floor(limit / sharers));
  }

  /** One heartbeat at a time, so that they don't pile up while the database hangs. */
  private async beat(): Promise<void> {
    const beganAtMs = this.clock.monotonicMs();
    this.beating = this.proof.run(() => this.prove());
    await this.beating;
    if (this.isStopped) return;
    if (this.beats++ % REMOVE_EVERY_BEATS === 0) await this.removeSilent();
    const restMs = beganAtMs + BEAT_MS - this.clock.monotonicMs();
    this.timer = setTimeout(() => void this.beat(), Math.max(0, restMs)).unref();
  }

  private async prove(): Promise<void> {
    const writtenAt = await this.repository.beat(this.id);
    this.living = await this.repository.living(LIVES_SECONDS);
    if (this.living.get(this.id)?.getTime() !== writtenAt.getTime())
      throw new Error('The database did not return what was just written.');
    this.found ??= this.living;
    this.warnOfFullLimits();
  }

  /**
   * Without Redis the share matters from the first request on, so this waits until it is clear which of the instances
   * that were found are alive: those write a heartbeat within a second, the others count as dead after three.
   */
  private async learnWhoLives(): Promise<void> {
    try {
      for (let waited = 0; waited < LIVES_SECONDS * 1_000; waited += LEARN_EVERY_MS) {
        const others = [...this.living].filter(([id]) => id !== this.id);
        if (others.every(([id, seenAt]) => this.hasBeaten(id, seenAt))) return;
        await new Promise((resolve) => setTimeout(resolve, LEARN_EVERY_MS));
        this.living = await this.repository.living(LIVES_SECONDS);
      }
    } catch (error) {
      this.logger.warn(`Can't find out which other instances run: ${String(error)}`);
    }
  }

  private async removeSilent(): Promise<void> {
    await this.repository
      .removeSilent(REMOVED_AFTER_SECONDS)
      .catch((error: unknown) => this.logger.debug(`Dead instances could not be removed: ${String(error)}`));
  }

  private hasBeaten(id: string, seenAt: Date): boolean {
    return this.found?.get(id)?.getTime() !== seenAt.getTime();
  }

  private warnOfFullLimits(): void {
    if (this.isWarned || this.settings.redisUrl !== null || this.count === 1) return;
    this.isWarned = true;
    this.logger.warn(
      `${this.count} instances run without REDIS_URL, so each of them allows the full rate limits.`,
    );
  }
}
