import type { Policy } from '../policies.js';
import type { SlidingWindows, WindowRecord } from '../windows/sliding-window.js';

/** A policy for one subject, for example `failed-keys` for one address. */
export interface Budget {
  readonly policy: Policy;
  readonly key: string;
}

/** A budget's policy, and the failed attempts that its window holds now. */
export interface CountedBudget {
  readonly policy: Policy;
  readonly record: WindowRecord;
}

/** Counts the failed attempts of the last window and the pending attempts, for each budget. */
export class AttemptCounts {
  /**
   * The number of pending attempts for each key. Its size is bounded, because only open requests have pending attempts.
   */
  private readonly pending = new Map<string, number>();

  /**
   * @param failed the failed attempts. It must have a maximum size, because anybody can fail from many addresses.
   */
  constructor(private readonly failed: SlidingWindows) {}

  /** Whether one more attempt may start: failed and pending attempts must be below the limit in every budget. */
  haveRoom(budgets: readonly Budget[]): boolean {
    return budgets.every(
      ({ policy, key }) => this.failed.countOf(key) + (this.pending.get(key) ?? 0) < policy.limit,
    );
  }

  /**
   * Returns the budget that failed attempts alone have exhausted, or `null`. If there are several, it returns the one
   * that stays exhausted longest.
   */
  spent(budgets: readonly Budget[]): CountedBudget | null {
    const full = budgets.filter(({ policy, key }) => this.failed.countOf(key) >= policy.limit);
    if (full.length === 0) return null;
    return full
      .map(this.counted)
      .reduce((longest, each) => (secondsOf(each) > secondsOf(longest) ? each : longest));
  }

  /** Returns the budget with the fewest attempts left. */
  tightest(budgets: readonly Budget[]): CountedBudget {
    return budgets.map(this.counted).reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));
  }

  begin(budgets: readonly Budget[]): void {
    for (const { key } of budgets) this.pending.set(key, (this.pending.get(key) ?? 0) + 1);
  }

  /** Ends a pending attempt. */
  end(budgets: readonly Budget[], hasFailed: boolean): void {
    for (const { key } of budgets) {
      const left = this.pending.get(key)! - 1;
      if (left > 0) this.pending.set(key, left);
      else this.pending.delete(key);
      if (hasFailed) this.failed.note(key);
    }
  }

  private readonly counted = ({ policy, key }: Budget): CountedBudget => ({
    policy,
    record: this.failed.peek(key, policy.limit),
  });
}

const leftOf = ({ policy, record }: CountedBudget): number => policy.limit - record.totalHits;
const secondsOf = ({ record }: CountedBudget): number => record.timeToBlockExpire;
