export const HOUR_MS = 60 * 60 * 1_000;
/** A day in UTC, which has no daylight saving time. */
export const DAY_MS = 24 * HOUR_MS;

/** Only a wrong clock writes a later time: the clocks of instances differ by less than a day. */
export const aheadOf = (now: Date): Date => new Date(now.getTime() + DAY_MS);

export const daysBefore = (time: Date, days: number): Date => new Date(time.getTime() - days * DAY_MS);
