import type { Policy } from '../policies.js';
import type { SlidingWindows, WindowRecord } from '../windows/sliding-window.js';

/** A policy for one subject, for example `failed-keys` for one address. */
export interface Budget {
  readonly policy: Policy;
  readonly key: string;
}

/** What is left of a budget after the failed attempts of the last window. */
export interface CountedBudget {
  readonly policy: Policy;
  readonly record: WindowRecord;
}

/** How many attempts failed in the last window, and how many are pending, in each budget. */
export class AttemptCounts {
  /** Bounded by the number of open requests. */
  private readonly pending = new Map<string, number>();

  /** @param failed must be bounded, because anybody can fail from many addresses. */
  constructor(private readonly failed: SlidingWindows) {}

  /** Whether one more attempt may start in all of them: failed and pending ones stay below the limit. */
  haveRoom(budgets: readonly Budget[]): boolean {
    return budgets.every(
      ({ policy, key }) => this.failed.countOf(key) + (this.pending.get(key) ?? 0) < policy.limit,
    );
  }

  /** The budget that failed attempts alone fill and that stays full longest; `null` without one. */
  spent(budgets: readonly Budget[]): CountedBudget | null {
    const full = budgets.filter(({ policy, key }) => this.failed.countOf(key) >= policy.limit);
    if (full.length === 0) return null;
    return full
      .map(this.counted)
      .reduce((longest, each) => (secondsOf(each) > secondsOf(longest) ? each : longest));
  }

  /** The one with the fewest attempts left. */
  tightest(budgets: readonly Budget[]): CountedBudget {
    return budgets.map(this.counted).reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));
  }

  begin(budgets: readonly Budget[]): void {
    for (const { key } of budgets) this.pending.set(key, (this.pending.get(key) ?? 0) + 1);
  }

  /** Ends an attempt that began. */
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
