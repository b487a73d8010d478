import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { daysBefore } from '../../common/duration.js';
import { AdminApiKeysService, type ApiKeyCounts } from '../api-keys/index.js';
import { UsageStatsService, type UsageBucket } from '../usage/index.js';
import { UsersService, type UserCounts } from '../users/index.js';
import { TopUsageService, type TopApiKeys, type TopUsers } from './top-usage.service.js';

/** The time for which statistics are cached. */
const MAX_AGE_MS = 10_000;

/** The statistics that the overview for admins shows. */
export interface Stats {
  readonly generatedAt: Date;
  readonly users: UserCounts;
  readonly apiKeys: ApiKeyCounts;
  /** One bucket for each hour of the last 24 hours, including hours without requests. */
  readonly usage: readonly UsageBucket[];
  readonly topApiKeys: TopApiKeys;
  readonly topUsers: TopUsers;
}

/** The newest statistics that are available without a long wait. */
export interface AvailableStats {
  /** `null` if this process hasn't counted anything yet. */
  readonly stats: Stats | null;
  /** Whether newer statistics are being counted. */
  readonly isCounting: boolean;
}

interface Counted {
  readonly stats: Stats;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Counts users, keys and requests at most once every ten seconds. In between, it returns the cached numbers. */
@Injectable()
export class StatsService {
  private cached: Counted | null = null;
  private pendingCount: Promise<Stats> | null = null;
  /** The error of a count that failed when `within` no longer waited for it. */
  private missedFailure: { readonly error: unknown; readonly atMs: number } | null = null;
  /** When the newest count started, on the monotonic clock. */
  private countStartedMs = 0;

  constructor(
    private readonly users: UsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageStatsService,
    private readonly top: TopUsageService,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the statistics. Concurrent calls share one count. If a count throws `unavailable`, the next call starts a
   * new count.
   */
  async get(): Promise<Stats> {
    // The age of the statistics is measured from the start of the count, because the first numbers are read then.
    if (this.cached && this.isYoung(this.cached.startedMs)) return this.cached.stats;
    this.pendingCount ??= this.count().finally(() => (this.pendingCount = null));
    return this.pendingCount;
  }

  /**
   * Returns the statistics if they can be counted within the given time. Otherwise, returns the previous ones, and the
   * count continues. If a count is already running, the time is measured from its start.
   *
   * If the count fails after the wait, the next call within ten seconds throws its error.
   *
   * Here, the age is measured from the end of the count. So a page that reloads until nothing is being counted also
   * stops if a count takes more than ten seconds.
   */
  async within(waitMs: number): Promise<AvailableStats> {
    if (this.cached && this.isYoung(this.cached.endedMs))
      return { stats: this.cached.stats, isCounting: false };
    const missed = this.missedFailure;
    this.missedFailure = null;
    if (missed && this.isYoung(missed.atMs)) throw missed.error;
    const counted = this.get();
    const remainingMs = Math.max(0, this.countStartedMs + waitMs - this.clock.monotonicMs());
    const stats = await Promise.race([counted, sleep(remainingMs, null, { ref: false })]);
    if (stats) return { stats, isCounting: false };
    counted.catch((error: unknown) => (this.missedFailure = { error, atMs: this.clock.monotonicMs() }));
    return { stats: this.cached?.stats ?? null, isCounting: true };
  }

  private isYoung(sinceMs: number): boolean {
    return this.clock.monotonicMs() < sinceMs + MAX_AGE_MS;
  }

  /**
   * Runs the counts one after the other. On SQLite, each count blocks the event loop, and other work can run between
   * two counts.
   */
  private async count(): Promise<Stats> {
    const startedMs = this.clock.monotonicMs();
    this.countStartedMs = startedMs;
    const generatedAt = this.clock.now();
    const users = await this.users.countByRoleAndStatus();
    await nextTurn();
    const apiKeys = await this.apiKeys.count();
    await nextTurn();
    const usage = await this.usage.between(daysBefore(generatedAt, 1), generatedAt);
    const stats = {
      generatedAt,
      users,
      apiKeys,
      usage: usage.buckets,
      topApiKeys: await this.top.apiKeys(usage.apiKeys),
      topUsers: await this.top.users(usage.users),
    };
    this.cached = { stats, startedMs, endedMs: this.clock.monotonicMs() };
    return stats;
  }
}
