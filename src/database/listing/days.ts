import { DAY_MS } from '../../common/duration.js';

/** Returns the UTC day of a time. A day is the number of days since 1970-01-01. */
export const utcDayOf = (time: Date): number => Math.floor(time.getTime() / DAY_MS);

export const startOfDay = (day: number): Date => new Date(day * DAY_MS);

/** Formats a day like the values of the column `created_day`, for example 2026-01-05. */
export const formatDay = (day: number): string => startOfDay(day).toISOString().slice(0, 10);

/** Returns the query parameters for the `count` consecutive days that end with `newestDay`. */
export const lastDaysParameters = (newestDay: number, count: number) => ({
  days: Array.from({ length: count }, (_, n) => formatDay(newestDay - n)),
  firstDay: startOfDay(newestDay - count + 1),
  dayAfter: startOfDay(newestDay + 1),
});
