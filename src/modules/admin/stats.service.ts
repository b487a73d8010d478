import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { daysBefore } from '../../common/duration.js';
import { AdminApiKeysService, type ApiKeyCounts } from '../api-keys/index.js';
import { UsageService, type UsageBucket } from '../usage/index.js';
import { UsersService, type UserCounts } from '../users/index.js';

/** How old an answer may be: contract.md, section 6. */
const KEPT_MS = 10_000;

/** What an admin sees at a glance. */
export interface Stats {
  readonly generatedAt: Date;
  readonly users: UserCounts;
  readonly apiKeys: ApiKeyCounts;
  /** The hours of the last day, those without calls too. */
  readonly usage: readonly UsageBucket[];
}

/** Counts users, keys and calls, at most once in ten seconds however many ask. */
@Injectable()
export class StatsService {
  private kept: { readonly stats: Stats; readonly untilMs: number } | null = null;
  private counting: Promise<Stats> | null = null;

  constructor(
    private readonly users: UsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  /** Throws `unavailable`, to all who wait for the same count; whoever asks next begins a new one. */
  async get(): Promise<Stats> {
    if (this.kept && this.clock.monotonicMs() < this.kept.untilMs) return this.kept.stats;
    this.counting ??= this.count().finally(() => (this.counting = null));
    return this.counting;
  }

  /** One after the other: SQLite counts on this very thread, and others get their turn in between. */
  private async count(): Promise<Stats> {
    // From here on, as what is counted first is that old in the end.
    const untilMs = this.clock.monotonicMs() + KEPT_MS;
    const generatedAt = this.clock.now();
    const users = await this.users.countByRoleAndStatus();
    await nextTurn();
    const apiKeys = await this.apiKeys.count();
    await nextTurn();
    const usage = await this.usage.totals(daysBefore(generatedAt, 1), generatedAt);
    const stats = { generatedAt, users, apiKeys, usage };
    this.kept = { stats, untilMs };
    return stats;
  }
}
