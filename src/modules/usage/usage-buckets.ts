import { DAY_MS, HOUR_MS } from '../../common/duration.js';
import type { HourlyCounts, UsageInterval, UsageBucket } from './usage.js';

/** Groups hourly counts into UTC hours or days, from `from` to `to`. Buckets without requests contain zeros. */
export function toBuckets(
  tallies: readonly HourlyCounts[],
  interval: UsageInterval,
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
