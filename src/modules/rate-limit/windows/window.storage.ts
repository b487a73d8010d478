import { Injectable, Logger } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { ADDRESS_POLICIES } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { Settings } from '../../../settings/index.js';
import { RedisUnavailableError, RedisLink, ThrottledLog } from '../../../redis/index.js';
import { IncompleteWindows } from './incomplete-windows.js';
import { InstancesService } from '../../instances/index.js';
import { policiesOf } from '../policies.js';
import { RedisWindowStorage, type SharedRecord } from './redis-window.storage.js';
import { SlidingWindows, type WindowRecord } from './sliding-window.js';

const MAX_ADDRESSES = 100_000;
/** Other instances may notice that Redis is back this much later, and count for themselves until then. */
const RETURN_SPREAD_MS = 3_000;
/** So much later than Redis this process may count a call, at the worst. */
const MAX_SKEW_MS = 2_000;

/** Windows of one length in this process, and what follows from their length. */
interface OwnWindows {
  readonly windows: SlidingWindows;
  readonly seconds: number;
  /** For how long after a return Redis doesn't know all calls. */
  readonly returnMs: number;
  /** How old calls may be that are looked for in Redis, which counts on a clock of its own. */
  readonly comparedMs: number;
}

/**
 * Counts calls: in this process, or with Redis for all instances together. While Redis is away each instance
 * goes on with its share of the limit and with what it accepted itself. For one window after the return a
 * call must pass both, since Redis does not know what happened meanwhile. The same goes for a single key that
 * Redis refused, had to begin anew, or forgot.
 */
@Injectable()
export class WindowStorage implements ThrottlerStorage {
  /** Of users and keys, which are as many as there are. */
  private readonly known: OwnWindows;
  /** Of addresses, which are bounded, by policy. */
  private readonly ofAddresses: ReadonlyMap<string, OwnWindows>;
  private readonly incomplete: IncompleteWindows;
  private readonly losses: ThrottledLog;

  constructor(
    settings: Settings,
    clock: Clock,
    private readonly redis: RedisLink,
    private readonly shared: RedisWindowStorage,
    private readonly instances: InstancesService,
  ) {
    this.losses = new ThrottledLog(new Logger(WindowStorage.name), clock);
    const policies = policiesOf(settings).calls;
    this.known = ownWindows(settings.rateLimitWindowSeconds, clock);
    this.ofAddresses = new Map(
      ADDRESS_POLICIES.map((name) => [name, ownWindows(policies[name].windowSeconds, clock, MAX_ADDRESSES)]),
    );
    this.incomplete = new IncompleteWindows(clock);
  }

  /** Counts a call unless the limit is reached; without Redis there is nothing to wait for. */
  take(key: string, limit: number, policy: string): WindowRecord | Promise<WindowRecord> {
    const own = this.windowsOf(policy);
    return this.redis.isConfigured ? this.takeShared(own, key, limit) : own.windows.take(key, limit);
  }

  /** What `take` would find, without counting. */
  peek(key: string, limit: number, policy: string): WindowRecord | Promise<WindowRecord> {
    const own = this.windowsOf(policy);
    if (!this.redis.isConfigured) return own.windows.peek(key, limit);
    return this.shared
      .peek(key, limit, own.seconds)
      .catch(ifAway(() => this.ofWhole(own.windows.peek(key, this.share(limit)), limit)));
  }

  /** `take` in the library's words. The policy says how long the window is, so neither `ttl` nor `block` is looked at. */
  async increment(
    key: string,
    _ttl: number,
    limit: number,
    _block: number,
    policy: string,
  ): Promise<WindowRecord> {
    return this.take(key, limit, policy);
  }

  private async takeShared(own: OwnWindows, key: string, limit: number): Promise<WindowRecord> {
    if (this.redis.wasUnavailableWithin(own.returnMs) || this.incomplete.has(key))
      return this.takeBoth(own, key, limit);
    try {
      const together = await this.shared.take(key, limit, own.seconds);
      if (together.isBlocked) return together;
      const incompleteMs = together.incompleteMs || this.forgottenMs(own, key, together);
      if (incompleteMs > 0) return this.takeIncomplete(own, key, limit, together, incompleteMs);
      own.windows.note(key);
      return together;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      // Redis may have refused this key alone.
      this.incomplete.note(key, own.returnMs);
      return this.ofWhole(own.windows.take(key, this.share(limit)), limit);
    }
  }

  private async takeBoth(own: OwnWindows, key: string, limit: number): Promise<WindowRecord> {
    const { giveBack, ...record } = own.windows.takeReturnable(key, this.share(limit));
    if (record.isBlocked) return this.ofWhole(record, limit);
    try {
      const together = await this.shared.take(key, limit, own.seconds);
      if (!together.isBlocked) return withFewerLeft(together, this.ofWhole(record, limit));
      giveBack();
      return together;
    } catch (error) {
      if (error instanceof RedisUnavailableError) return this.ofWhole(record, limit);
      giveBack();
      throw error;
    }
  }

  /** Redis has counted a call, and said only with its answer that it doesn't know all that were before. */
  private takeIncomplete(
    own: OwnWindows,
    key: string,
    limit: number,
    together: SharedRecord,
    incompleteMs: number,
  ): WindowRecord {
    this.incomplete.note(key, incompleteMs);
    const record = own.windows.take(key, this.share(limit));
    const whole = this.ofWhole(record, limit);
    return record.isBlocked ? whole : withFewerLeft(together, whole);
  }

  /** Redis must know at least what this process had accepted there; where it doesn't, for how long that counts. */
  private forgottenMs(own: OwnWindows, key: string, together: SharedRecord): number {
    if (!own.windows.hasAccepted(together.totalHits, key, own.comparedMs)) return 0;
    this.losses.warn(`Redis has forgotten calls of ${key}. Were keys removed, or does it evict them?`);
    return own.returnMs;
  }

  private share(limit: number): number {
    return this.instances.shareOf(limit);
  }

  /** Shows a record of the share as one of the whole limit, with as many calls left. */
  private ofWhole(record: WindowRecord, limit: number): WindowRecord {
    return { ...record, totalHits: limit - Math.max(0, this.share(limit) - record.totalHits) };
  }

  private windowsOf(policy: string): OwnWindows {
    return this.ofAddresses.get(policy) ?? this.known;
  }
}

function ownWindows(seconds: number, clock: Clock, maxKeys?: number): OwnWindows {
  const windowMs = seconds * 1_000;
  return {
    windows: new SlidingWindows(windowMs, () => clock.monotonicMs(), maxKeys),
    seconds,
    returnMs: windowMs + RETURN_SPREAD_MS,
    comparedMs: windowMs - Math.min(MAX_SKEW_MS, windowMs / 2),
  };
}

/** Of two budgets that a call must pass, the one that is spent first. */
const withFewerLeft = (one: WindowRecord, other: WindowRecord): WindowRecord =>
  other.totalHits > one.totalHits ? other : one;

const ifAway =
  <T>(fallback: () => T) =>
  (error: unknown): T => {
    if (!(error instanceof RedisUnavailableError)) throw error;
    return fallback();
  };
