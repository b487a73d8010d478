import type { Policy } from '../policies.js';
import type { SlidingWindows, WindowRecord } from '../windows/sliding-window.js';

/** A policy applied to one subject, for example `failed-keys` to one client address. */
export interface AttemptBudget {
  readonly policy: Policy;
  readonly key: string;
}

/** The policy of a budget, and the state of the window that counts the budget's failed attempts. */
export interface CountedAttemptBudget {
  readonly policy: Policy;
  readonly record: WindowRecord;
}

/** Counts the pending attempts and the failed attempts of the last window, for each budget. */
export class AttemptCounts {
  /**
   * The number of pending attempts for each budget's key. The map can't grow without limit, because only open requests
   * have pending attempts.
   */
  private readonly pending = new Map<string, number>();

  /**
   * @param failed the windows of failed attempts. Their number must be limited, because anyone can send failed attempts
   * from many addresses.
   */
  constructor(private readonly failed: SlidingWindows) {}

  /**
   * Returns whether one more attempt may start. It may if failed and pending attempts together are below the limit of
   * every budget.
   */
  haveRoom(budgets: readonly AttemptBudget[]): boolean {
    return budgets.every(
      ({ policy, key }) => this.failed.countOf(key) + (this.pending.get(key) ?? 0) < policy.limit,
    );
  }

  /**
   * Returns the budget that failed attempts alone have exhausted, or `null` if there is none. If there are several,
   * returns the one that stays exhausted longest.
   */
  spent(budgets: readonly AttemptBudget[]): CountedAttemptBudget | null {
    const full = budgets.filter(({ policy, key }) => this.failed.countOf(key) >= policy.limit);
    if (full.length === 0) return null;
    return full
      .map(this.counted)
      .reduce((longest, each) => (secondsOf(each) > secondsOf(longest) ? each : longest));
  }

  /** Returns the budget that allows the fewest further failed attempts. */
  tightest(budgets: readonly AttemptBudget[]): CountedAttemptBudget {
    return budgets.map(this.counted).reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));
  }

  begin(budgets: readonly AttemptBudget[]): void {
    for (const { key } of budgets) this.pending.set(key, (this.pending.get(key) ?? 0) + 1);
  }

  /** Ends a pending attempt, and counts it in the window if it has failed. */
  end(budgets: readonly AttemptBudget[], hasFailed: boolean): void {
    for (const { key } of budgets) {
      const left = this.pending.get(key)! - 1;
      if (left > 0) this.pending.set(key, left);
      else this.pending.delete(key);
      if (hasFailed) this.failed.note(key);
    }
  }

  private readonly counted = ({ policy, key }: AttemptBudget): CountedAttemptBudget => ({
    policy,
    record: this.failed.peek(key, policy.limit),
  });
}

const leftOf = ({ policy, record }: CountedAttemptBudget): number => policy.limit - record.totalHits;
const secondsOf = ({ record }: CountedAttemptBudget): number => record.timeToBlockExpire;
