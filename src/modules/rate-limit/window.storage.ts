import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Clock } from '../../common/clock.js';
import { AppConfig } from '../../config/index.js';
import { RedisAway, RedisLink } from '../../redis/index.js';
import { InstancesService } from './instances.service.js';
import { RedisWindows } from './redis-windows.js';
import { SlidingWindows, type WindowRecord } from './sliding-window.js';

const MAX_ADDRESSES = 100_000;
/** Other instances may notice that Redis is back this much later, and count for themselves until then. */
const RETURN_SPREAD_MS = 3_000;

/**
 * Counts calls: in this process, or with Redis for all instances together. While Redis is away each instance
 * goes on with its share of the limit and with what it accepted itself. For one window after the return a
 * call must pass both, since Redis does not know what happened meanwhile.
 */
@Injectable()
export class WindowStorage implements ThrottlerStorage {
  private readonly windowMs: number;
  private readonly known: SlidingWindows;
  /** Addresses are bounded; users and keys are as many as there are. */
  private readonly addresses: SlidingWindows;

  constructor(
    config: AppConfig,
    clock: Clock,
    private readonly redis: RedisLink,
    private readonly shared: RedisWindows,
    private readonly instances: InstancesService,
  ) {
    this.windowMs = config.rateLimitWindowSeconds * 1_000;
    const monotonicMs = () => clock.monotonicMs();
    this.known = new SlidingWindows(this.windowMs, monotonicMs);
    this.addresses = new SlidingWindows(this.windowMs, monotonicMs, MAX_ADDRESSES);
  }

  /** Counts a call unless the limit is reached; without Redis there is nothing to wait for. */
  take(key: string, limit: number, policy: string): WindowRecord | Promise<WindowRecord> {
    const own = this.windowsOf(policy);
    return this.redis.isUsed ? this.takeShared(own, key, limit) : own.take(key, limit);
  }

  /** What `take` would find, without counting. */
  peek(key: string, limit: number, policy: string): WindowRecord | Promise<WindowRecord> {
    const own = this.windowsOf(policy);
    if (!this.redis.isUsed) return own.peek(key, limit);
    return this.shared
      .peek(key, limit)
      .catch(ifAway(() => this.ofWhole(own.peek(key, this.share(limit)), limit)));
  }

  /** `take` in the library's words. The window's length is one for all, so neither `ttl` nor `block` is looked at. */
  async increment(
    key: string,
    _ttl: number,
    limit: number,
    _block: number,
    policy: string,
  ): Promise<WindowRecord> {
    return this.take(key, limit, policy);
  }

  private async takeShared(own: SlidingWindows, key: string, limit: number): Promise<WindowRecord> {
    if (this.redis.wasAwayWithin(this.windowMs + RETURN_SPREAD_MS)) return this.takeBoth(own, key, limit);
    try {
      const record = await this.shared.take(key, limit);
      if (!record.isBlocked) own.note(key);
      return record;
    } catch (error) {
      if (!(error instanceof RedisAway)) throw error;
      return this.ofWhole(own.take(key, this.share(limit)), limit);
    }
  }

  private async takeBoth(own: SlidingWindows, key: string, limit: number): Promise<WindowRecord> {
    const share = this.share(limit);
    // An instance that started meanwhile has accepted nothing that Redis does not know.
    const { giveBack, ...record } = own.takeReturnable(key, share === 0 ? limit : share);
    if (record.isBlocked) return this.ofWhole(record, limit);
    try {
      const together = await this.shared.take(key, limit);
      if (together.isBlocked) giveBack();
      else if (share > 0) return withFewerLeft(together, this.ofWhole(record, limit));
      return together;
    } catch (error) {
      if (share === 0 || !(error instanceof RedisAway)) giveBack();
      if (error instanceof RedisAway) return this.ofWhole(record, limit);
      throw error;
    }
  }

  private share(limit: number): number {
    return this.instances.shareOf(limit);
  }

  /** Shows a record of the share as one of the whole limit, with as many calls left. */
  private ofWhole(record: WindowRecord, limit: number): WindowRecord {
    const share = this.share(limit);
    if (share === 0) {
      const seconds = Math.max(1, Math.ceil(this.instances.untilSettledMs / 1_000));
      return { totalHits: limit, timeToExpire: seconds, isBlocked: true, timeToBlockExpire: seconds };
    }
    return { ...record, totalHits: limit - Math.max(0, share - record.totalHits) };
  }

  private windowsOf(policy: string): SlidingWindows {
    return policy === 'anonymous' ? this.addresses : this.known;
  }
}

/** Of two budgets that a call must pass, the one that is spent first. */
const withFewerLeft = (one: WindowRecord, other: WindowRecord): WindowRecord =>
  other.totalHits > one.totalHits ? other : one;

const ifAway =
  <T>(fallback: () => T) =>
  (error: unknown): T => {
    if (!(error instanceof RedisAway)) throw error;
    return fallback();
  };
