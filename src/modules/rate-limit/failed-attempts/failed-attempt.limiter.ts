import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import type { AppError } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { AttemptCounts, type Budget } from './attempt-counts.js';
import { AttemptQueue } from './attempt-queue.js';
import { policiesPerNetwork, policiesOf, type Policy } from '../policies.js';
import { TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit.errors.js';
import { rateLimitHeaders, toRateLimitState } from '../rate-limit.headers.js';
import { SlidingWindows } from '../windows/sliding-window.js';

const MAX_SUBJECTS = 100_000;

/** An attempt that has started. It is pending until one of the two is called. */
export interface Attempt {
  /** Counts it as failed. @returns the headers that tell what is left. */
  fail(): Readonly<Record<string, string>>;
  /** Undoes it: the key or password was right, or could not be judged. */
  giveBack(): void;
}

/**
 * Limits failed attempts with keys and passwords. An attempt starts while failed and pending ones together stay below
 * the limit, so a guesser never has more, however many attempts come at once. In IPv6 attempts also count for the wider
 * networks, because one customer can own all of a /48. Each process counts separately.
 */
@Injectable()
export class FailedAttemptLimiter {
  private readonly keys: readonly Policy[];
  private readonly signIns: readonly Policy[];
  private readonly signInsPerAccount: readonly Policy[];
  private readonly counts: AttemptCounts;
  private readonly queue: AttemptQueue;

  constructor(settings: Settings, clock: Clock) {
    const policies = policiesOf(settings);
    this.keys = policiesPerNetwork(policies.failedKeys);
    this.signIns = policiesPerNetwork(policies.failedSignIns);
    this.signInsPerAccount = policiesPerNetwork(policies.failedSignInsPerAccount);
    const monotonicMs = () => clock.monotonicMs();
    const windowMs = settings.rateLimitWindowSeconds * 1_000;
    this.counts = new AttemptCounts(new SlidingWindows(windowMs, monotonicMs, MAX_SUBJECTS));
    this.queue = new AttemptQueue(this.counts, (budgets) => this.tooMany(budgets), monotonicMs);
  }

  /**
   * Admits one attempt with an unverified key.
   * @param networks what the address counts in, narrowest first.
   * @param isNeeded asked when its turn comes. @returns `null` when it was not needed any more.
   * Throws `too_many_failed_attempts`, and `unavailable` when no turn came in time.
   */
  admitKey(networks: readonly string[], isNeeded: () => boolean): Promise<Attempt | null> {
    return this.admit(networks, budgetsOf(this.keys, networks), isNeeded);
  }

  /** Throws `too_many_failed_attempts` when `admitKey` would; counts nothing. */
  assertKeysOpen(networks: readonly string[]): void {
    const denial = this.tooMany(budgetsOf(this.keys, networks));
    if (denial) throw denial;
  }

  /** Admits one attempt with a password for the account, like `admitKey`. */
  admitPassword(
    networks: readonly string[],
    account: string,
    isNeeded: () => boolean,
  ): Promise<Attempt | null> {
    const budgets = [
      ...budgetsOf(this.signIns, networks),
      ...budgetsOf(this.signInsPerAccount, networks, ` ${account}`),
    ];
    return this.admit(networks, budgets, isNeeded);
  }

  private async admit(
    networks: readonly string[],
    budgets: readonly Budget[],
    isNeeded: () => boolean,
  ): Promise<Attempt | null> {
    // Attempts that share a budget also share the widest network.
    const group = networks.at(-1)!;
    if (!(await this.queue.begin(group, budgets, isNeeded))) return null;
    return {
      fail: () => {
        this.queue.end(group, budgets, true);
        const { policy, record } = this.counts.tightest(budgets);
        return rateLimitHeaders(policy, toRateLimitState(policy, record));
      },
      giveBack: () => this.queue.end(group, budgets, false),
    };
  }

  private tooMany(budgets: readonly Budget[]): AppError | null {
    const spent = this.counts.spent(budgets);
    if (!spent) return null;
    const state = toRateLimitState(spent.policy, spent.record);
    return TOO_MANY_FAILED_ATTEMPTS.create({
      headers: { ...rateLimitHeaders(spent.policy, state), 'Retry-After': String(state.resetSeconds) },
      extensions: { 'violated-policies': [spent.policy.name] },
    });
  }
}

const budgetsOf = (policies: readonly Policy[], networks: readonly string[], suffix = ''): Budget[] =>
  networks.map((network, index) => {
    const policy = policies[index]!;
    return { policy, key: `${policy.keyPrefix}:${network}${suffix}` };
  });
