import { Injectable, Logger } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Clock } from '../../../common/clock.js';
import { RedisUnavailableError, RedisLink, ThrottledLog } from '../../../redis/index.js';
import { InstancesService } from '../../instances/index.js';
import { isUserPolicy, requestPolicy, type Policy } from '../policies.js';
import { IncompleteWindows } from './incomplete-windows.js';
import { instanceShare } from './instance-share.js';
import { LocalWindows, type WindowTable } from './local-windows.js';
import { RedisWindowStorage, type SharedWindowRecord } from './redis-window.storage.js';
import type { WindowRecord } from './sliding-window.js';

/** A policy applied to one subject, for example to one user or one address. */
export interface Budget {
  readonly policy: Policy;
  readonly key: string;
  /** Whether the subject is an existing user or API key. Other subjects are kept in tables with a maximum size. */
  readonly isKnownSubject: boolean;
}

/**
 * The state of the window after a request. `giveBack` removes the request from the window again, unless it was denied.
 */
export interface ReturnableRecord extends WindowRecord {
  giveBack(): void | Promise<void>;
}

/**
 * Counts requests in this process, or in Redis for all instances together. While Redis is unavailable, each instance
 * applies its share of the limit. This share includes the requests that the instance accepted before the outage. For a
 * little longer than one window after the outage, requests must pass both the count in Redis and the count in this
 * process, because Redis doesn't know the requests made during the outage. Both counts also apply to a single key for
 * which Redis has rejected a command or lost requests.
 */
@Injectable()
export class WindowStorage implements ThrottlerStorage {
  private readonly own: LocalWindows;
  private readonly incomplete: IncompleteWindows;
  private readonly losses: ThrottledLog;

  constructor(
    clock: Clock,
    private readonly redis: RedisLink,
    private readonly shared: RedisWindowStorage,
    private readonly instances: InstancesService,
  ) {
    this.losses = new ThrottledLog(new Logger(WindowStorage.name), clock);
    this.own = new LocalWindows(clock);
    this.incomplete = new IncompleteWindows(clock);
  }

  /** Counts a request unless the limit is reached. This is a hot path, so it returns no promise if Redis isn't used. */
  take(budget: Budget): WindowRecord | Promise<WindowRecord> {
    if (this.redis.isConfigured) return this.takeShared(budget);
    return this.tableOf(budget).windows.take(budget.key, budget.policy.limit);
  }

  /**
   * Counts a request like `take`, but allows the caller to remove it again, for example because another window denies
   * it.
   */
  takeReturnable(budget: Budget): ReturnableRecord | Promise<ReturnableRecord> {
    if (this.redis.isConfigured) return this.takeShared(budget);
    return this.tableOf(budget).windows.takeReturnable(budget.key, budget.policy.limit);
  }

  /** Returns the state of the window without counting a request. */
  peek(budget: Budget): WindowRecord | Promise<WindowRecord> {
    const { windows, seconds } = this.tableOf(budget);
    const { key, policy } = budget;
    if (!this.redis.isConfigured) return windows.peek(key, policy.limit);
    return this.shared.peek(key, policy.limit, seconds).catch((error: unknown) => {
      if (!(error instanceof RedisUnavailableError)) throw error;
      return this.ofWhole(windows.peek(key, this.share(policy.limit)), policy.limit);
    });
  }

  /**
   * Implements `ThrottlerStorage` with `take`. It ignores the block duration, because a subject is never blocked for
   * longer than the window.
   */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    _blockDuration: number,
    name: string,
  ): Promise<WindowRecord> {
    const policy = requestPolicy(name, limit, ttl / 1_000);
    return this.take({ key, policy, isKnownSubject: isUserPolicy(name) });
  }

  private async takeShared(budget: Budget): Promise<ReturnableRecord> {
    const { key, policy } = budget;
    const table = this.tableOf(budget);
    if (this.redis.wasUnavailableWithin(table.returnMs) || this.incomplete.has(key))
      return this.takeBoth(table, key, policy.limit);
    try {
      const together = await this.shared.take(key, policy.limit, table.seconds);
      if (together.isBlocked) return together;
      const incompleteMs = together.incompleteMs || this.forgottenMs(table, key, together);
      if (incompleteMs > 0) return this.takeIncomplete(table, key, policy.limit, together, incompleteMs);
      return withBoth(together, together.giveBack, table.windows.note(key));
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      // Redis may have rejected only this key. So the key's count in Redis is incomplete, even if Redis otherwise works.
      this.incomplete.note(key, table.returnMs);
      return this.ofWhole(table.windows.takeReturnable(key, this.share(policy.limit)), policy.limit);
    }
  }

  private async takeBoth(table: WindowTable, key: string, limit: number): Promise<ReturnableRecord> {
    const own = this.ofWhole(table.windows.takeReturnable(key, this.share(limit)), limit);
    if (own.isBlocked) return own;
    try {
      const together = await this.shared.take(key, limit, table.seconds);
      if (!together.isBlocked) return withBoth(withFewerLeft(together, own), together.giveBack, own.giveBack);
      own.giveBack();
      return together;
    } catch (error) {
      if (error instanceof RedisUnavailableError) return own;
      own.giveBack();
      throw error;
    }
  }

  /**
   * Also counts a request in this process, after Redis has counted it. The reply from Redis has shown that Redis
   * doesn't know all earlier requests.
   */
  private takeIncomplete(
    table: WindowTable,
    key: string,
    limit: number,
    together: SharedWindowRecord,
    incompleteMs: number,
  ): ReturnableRecord {
    this.incomplete.note(key, incompleteMs);
    const own = this.ofWhole(table.windows.takeReturnable(key, this.share(limit)), limit);
    return withBoth(own.isBlocked ? own : withFewerLeft(together, own), together.giveBack, own.giveBack);
  }

  /**
   * If Redis has lost some of the requests that this process accepted, returns how long (in ms) to treat the key's
   * count as incomplete. Otherwise returns 0.
   */
  private forgottenMs(table: WindowTable, key: string, together: SharedWindowRecord): number {
    if (!table.windows.hasAccepted(together.totalHits, key, table.comparedMs)) return 0;
    this.losses.warn(
      `Redis has lost requests that were counted for ${key}. Check whether keys were removed or evicted.`,
    );
    return table.returnMs;
  }

  private share(limit: number): number {
    return instanceShare(limit, this.instances.possibleCount);
  }

  /**
   * Converts a record for this instance's share of the limit to one for the whole limit, with the same number of
   * requests left.
   */
  private ofWhole<T extends WindowRecord>(record: T, limit: number): T {
    return { ...record, totalHits: limit - Math.max(0, this.share(limit) - record.totalHits) };
  }

  private tableOf({ policy, isKnownSubject }: Budget): WindowTable {
    return this.own.tableOf(policy, isKnownSubject);
  }
}

/** Returns the record with fewer requests left, because a request must pass both windows. */
const withFewerLeft = (one: WindowRecord, other: WindowRecord): WindowRecord =>
  other.totalHits > one.totalHits ? other : one;

const withBoth = (
  record: WindowRecord,
  giveBackShared: ReturnableRecord['giveBack'],
  giveBackOwn: ReturnableRecord['giveBack'],
): ReturnableRecord => ({
  ...record,
  giveBack: async () => {
    await giveBackOwn();
    await giveBackShared();
  },
});
