import type { UsageCounts } from '../usage.js';

/** The number of requests with one key, or with all keys of one user. */
export interface RankedUsage extends UsageCounts {
  readonly id: string;
}

/** The outcomes by which keys and users are ranked. */
const RANKED = ['accepted', 'limited'] as const;
type RankedOutcome = (typeof RANKED)[number];

/**
 * The keys or users with the most accepted and the most limited requests, the highest number first. If numbers are
 * equal, the lower id comes first.
 */
export class Ranking {
  readonly accepted: RankedUsage[] = [];
  readonly limited: RankedUsage[] = [];

  constructor(private readonly size: number) {}

  /** Returns the number above which an entry with a higher id than all added ones enters the ranking. */
  lowest(outcome: RankedOutcome): number {
    return this[outcome][this.size - 1]?.[outcome] ?? 0;
  }

  add(entries: readonly RankedUsage[]): void {
    for (const outcome of RANKED) {
      const candidates = [...this[outcome], ...entries.filter((entry) => entry[outcome] > 0)];
      candidates.sort((a, b) => b[outcome] - a[outcome] || (a.id < b.id ? -1 : 1));
      this[outcome].splice(0, Infinity, ...candidates.slice(0, this.size));
    }
  }
}
