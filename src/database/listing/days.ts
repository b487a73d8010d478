import { DAY_MS } from '../../common/duration.js';

/** Days since 1970 in UTC. */
export const dayOf = (time: Date): number => Math.floor(time.getTime() / DAY_MS);

export const startOf = (day: number): Date => new Date(day * DAY_MS);

/** As in `created_day`, such as 2026-01-05. */
export const dayText = (day: number): string => startOf(day).toISOString().slice(0, 10);

/** Consecutive days up to `newest`, as the parameters of a query. */
export const daysBack = (newest: number, count: number) => ({
  days: Array.from({ length: count }, (_, n) => dayText(newest - n)),
  firstDay: startOf(newest - count + 1),
  dayAfter: startOf(newest + 1),
});
