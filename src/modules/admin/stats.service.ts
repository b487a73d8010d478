import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { daysBefore } from '../../common/duration.js';
import { AdminApiKeysService, type ApiKeyCounts } from '../api-keys/index.js';
import { UsageService, type UsageBucket } from '../usage/index.js';
import { UsersService, type UserCounts } from '../users/index.js';

/** The time for which statistics are cached. */
const MAX_AGE_MS = 10_000;

/** The numbers of the overview for admins. */
export interface Stats {
  readonly generatedAt: Date;
  readonly users: UserCounts;
  readonly apiKeys: ApiKeyCounts;
  /** One bucket for each hour of the last 24 hours, including hours without requests. */
  readonly usage: readonly UsageBucket[];
}

/** Counts users, keys and requests, at most every ten seconds. */
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

  /** Concurrent calls share one count. If it throws `unavailable`, the next call starts a new one. */
  async get(): Promise<Stats> {
    if (this.cached && this.clock.monotonicMs() < this.cached.untilMs) return this.cached.stats;
    this.pendingCount ??= this.count().finally(() => (this.pendingCount = null));
    return this.pendingCount;
  }

  /** Counts one after the other. On SQLite, each count blocks the event loop, so other work can run in between. */
  private async count(): Promise<Stats> {
    // The age is measured from the start, when the first numbers are read.
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
