import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import type { RateLimitState } from '../../../common/access/index.js';
import type { AppError } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { AttemptCounts, type AttemptBudget } from './attempt-counts.js';
import { AttemptQueue } from './attempt-queue.js';
import { windowKeyOf, type Policy } from '../policies.js';
import { failedAttemptPoliciesOf } from './failed-attempt-policies.js';
import { TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit.errors.js';
import { rateLimitHeaders, retryAfterHeader, toRateLimitState } from '../rate-limit.headers.js';
import { SlidingWindows } from '../windows/sliding-window.js';

const MAX_SUBJECTS = 100_000;

/** An attempt that has started. It stays pending until `fail` or `giveBack` is called. */
export interface Attempt {
  /**
   * Counts the attempt as failed.
   * @returns the rate-limit headers, which contain the number of attempts left.
   */
  fail(): Readonly<Record<string, string>>;
  /** Ends the attempt without counting it, because the key or password was right or could not be checked. */
  giveBack(): void;
}

/**
 * Limits failed attempts with API keys and passwords. An attempt starts only while failed and pending attempts together
 * are below the limit, so that simultaneous attempts can't exceed it. Attempts from an IPv6 address also count for its
 * wider networks, because one customer can own a whole /48. Each process counts separately.
 */
@Injectable()
export class FailedAttemptLimiter {
  private readonly policies: ReturnType<typeof failedAttemptPoliciesOf>;
  private readonly counts: AttemptCounts;
  private readonly queue: AttemptQueue;

  constructor(settings: Settings, clock: Clock) {
    this.policies = failedAttemptPoliciesOf(settings);
    const monotonicMs = () => clock.monotonicMs();
    const windowMs = settings.rateLimitWindowSeconds * 1_000;
    this.counts = new AttemptCounts(new SlidingWindows(windowMs, monotonicMs, MAX_SUBJECTS));
    this.queue = new AttemptQueue(this.counts, (budgets) => this.tooMany(budgets), monotonicMs);
  }

  /**
   * Waits until an attempt with an unverified key may start.
   * @param networks the networks of the client's address, narrowest first.
   * @param isNeeded returns whether a waiting attempt is still needed.
   * @returns the started attempt, or `null` if it is no longer needed.
   * @throws `too_many_failed_attempts` if failed attempts alone have exhausted a budget.
   * @throws `unavailable` if the wait is too long, or if too many attempts are already waiting.
   */
  admitKey(networks: readonly string[], isNeeded: () => boolean): Promise<Attempt | null> {
    return this.admit(networks, budgetsOf(this.policies.keys, networks), isNeeded);
  }

  /**
   * Throws `too_many_failed_attempts` if failed attempts with keys have exhausted a budget of these networks. Doesn't
   * start an attempt.
   */
  assertKeysOpen(networks: readonly string[]): void {
    const denial = this.tooMany(budgetsOf(this.policies.keys, networks));
    if (denial) throw denial;
  }

  /** Waits until an attempt with a password for the account may start, like `admitKey`. */
  admitPassword(
    networks: readonly string[],
    account: string,
    isNeeded: () => boolean,
  ): Promise<Attempt | null> {
    return this.admit(networks, this.passwordBudgets(networks, account), isNeeded);
  }

  /**
   * Returns how many more passwords a client may try for an account, whether or not the account exists. Doesn't count
   * an attempt.
   */
  lookAtPasswords(networks: readonly string[], account: string): RateLimitState {
    const { policy, record } = this.counts.tightest(this.passwordBudgets(networks, account));
    return toRateLimitState(policy, record);
  }

  private passwordBudgets(networks: readonly string[], account: string): AttemptBudget[] {
    return [
      ...budgetsOf(this.policies.signIns, networks),
      ...budgetsOf(this.policies.signInsPerAccount, networks, ` ${account}`),
    ];
  }

  private async admit(
    networks: readonly string[],
    budgets: readonly AttemptBudget[],
    isNeeded: () => boolean,
  ): Promise<Attempt | null> {
    // Attempts that share a budget come from the same widest network, so it identifies their group.
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

  private tooMany(budgets: readonly AttemptBudget[]): AppError | null {
    const spent = this.counts.spent(budgets);
    if (!spent) return null;
    const state = toRateLimitState(spent.policy, spent.record);
    return TOO_MANY_FAILED_ATTEMPTS.create({
      headers: { ...rateLimitHeaders(spent.policy, state), ...retryAfterHeader(state.resetSeconds) },
      extensions: { 'violated-policies': [spent.policy.name] },
    });
  }
}

const budgetsOf = (policies: readonly Policy[], networks: readonly string[], suffix = ''): AttemptBudget[] =>
  networks.map((network, index) => {
    const policy = policies[index]!;
    return { policy, key: windowKeyOf(policy, network + suffix) };
  });
