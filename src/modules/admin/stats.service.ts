import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { daysBefore } from '../../common/duration.js';
import { AdminApiKeysService, type ApiKeyCounts } from '../api-keys/index.js';
import { UsageService, type UsageBucket } from '../usage/index.js';
import { UsersService, type UserCounts } from '../users/index.js';

/** The time for which statistics are cached. */
const MAX_AGE_MS = 10_000;

/** The statistics that the overview for admins shows. */
export interface Stats {
  readonly generatedAt: Date;
  readonly users: UserCounts;
  readonly apiKeys: ApiKeyCounts;
  /** One bucket for each hour of the last 24 hours, including hours without requests. */
  readonly usage: readonly UsageBucket[];
}

/** Counts users, keys and requests at most once every ten seconds. In between, it returns the cached numbers. */
@Injectable()
export class StatsService {
  private cached: { readonly stats: Stats; readonly untilMs: number } | null = null;
  private pendingCount: Promise<Stats> | null = null;

  constructor(
    private readonly users: UsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the statistics. Concurrent calls share one count. If a count throws `unavailable`, the next call starts a
   * new count.
   */
  async get(): Promise<Stats> {
    if (this.cached && this.clock.monotonicMs() < this.cached.untilMs) return this.cached.stats;
    this.pendingCount ??= this.count().finally(() => (this.pendingCount = null));
    return this.pendingCount;
  }

  /**
   * Runs the counts one after the other. On SQLite, each count blocks the event loop, and other work can run between
   * two counts.
   */
  private async count(): Promise<Stats> {
    // The age of the statistics is measured from the start of the count, because the first numbers are read then.
    const untilMs = this.clock.monotonicMs() + MAX_AGE_MS;
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
