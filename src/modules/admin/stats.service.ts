import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { daysBefore } from '../../common/duration.js';
import { AdminApiKeysService, type ApiKeyCounts } from '../api-keys/index.js';
import { UsageService, type UsageBucket } from '../usage/index.js';
import { UsersService, type UserCounts } from '../users/index.js';

/** How long statistics are cached. */
const CACHED_MS = 10_000;

/** The numbers of the admin overview. */
export interface Stats {
  readonly generatedAt: Date;
  readonly users: UserCounts;
  readonly apiKeys: ApiKeyCounts;
  /** One entry per hour of the last day, also for hours without requests. */
  readonly usage: readonly UsageBucket[];
}

/** Counts users, keys and requests, at most once in ten seconds. */
@Injectable()
export class StatsService {
  private cached: { readonly stats: Stats; readonly untilMs: number } | null = null;
  private counting: Promise<Stats> | null = null;

  constructor(
    private readonly users: UsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  /** Throws `unavailable` to all who wait for the same count. The next call starts a new one. */
  async get(): Promise<Stats> {
    if (this.cached && this.clock.monotonicMs() < this.cached.untilMs) return this.cached.stats;
    this.counting ??= this.count().finally(() => (this.counting = null));
    return this.counting;
  }

  /** One count after the other, because SQLite counts on this thread. Other work gets its turn in between. */
  private async count(): Promise<Stats> {
    // The age counts from the start, when the first numbers are read.
    const untilMs = this.clock.monotonicMs() + CACHED_MS;
    const generatedAt = this.clock.now();
    const users = await this.users.countByRoleAndStatus();
    await nextTurn();
    const apiKeys = await this.apiKeys.count();
    await nextTurn();
    const usage = await this.usage.totals(daysBefore(generatedAt, 1), generatedAt);
    const stats = { generatedAt, users, apiKeys, usage };
    this.cached = { stats, untilMs };
    return stats;
  }
}
