import { DAY_MS, HOUR_MS } from '../../common/duration.js';

/** Accepted: passed all guards. Limited: 429. Denied: the right key, but denied for another reason. docs/api.md, "Usage". */
export interface UsageCounts {
  accepted: number;
  limited: number;
  denied: number;
}

export type UsageOutcome = keyof UsageCounts;

/** The requests of one hour. Hours are counted from 1970 in UTC. */
export interface HourlyCounts extends UsageCounts {
  readonly hour: number;
}

/** The requests with one key in one hour. */
export interface UsageTally extends HourlyCounts {
  readonly apiKeyId: string;
}

export const INTERVALS = ['hour', 'day'] as const;
export type Interval = (typeof INTERVALS)[number];

/** Counts from `at` on, for one interval. */
export interface UsageBucket extends UsageCounts {
  readonly at: Date;
}

/** Groups hours into buckets of the interval, in UTC, from `from` up to `to`. Buckets without requests are zeros. */
export function toBuckets(
  tallies: readonly HourlyCounts[],
  interval: Interval,
  from: Date,
  to: Date,
): UsageBucket[] {
  const stepMs = interval === 'hour' ? HOUR_MS : DAY_MS;
  const first = Math.floor(from.getTime() / stepMs);
  const count = Math.ceil(to.getTime() / stepMs) - first;
  const buckets = Array.from({ length: count }, (_, index) => ({
    at: new Date((first + index) * stepMs),
    accepted: 0,
    limited: 0,
    denied: 0,
  }));
  for (const tally of tallies) {
    const bucket = buckets[Math.floor((tally.hour * HOUR_MS) / stepMs) - first];
    if (!bucket) continue;
    bucket.accepted += tally.accepted;
    bucket.limited += tally.limited;
    bucket.denied += tally.denied;
  }
  return buckets;
}
