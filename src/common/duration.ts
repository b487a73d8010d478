export const MINUTE_MS = 60 * 1_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** The length of a day. In UTC, every day has 24 hours, because there is no daylight saving time. */
export const DAY_MS = 24 * HOUR_MS;

/**
 * Returns the latest time that another instance may have stored as its current time. The clocks of instances are
 * assumed to differ by less than a day, so a later time must come from a wrong clock.
 */
export const latestPlausibleTime = (now: Date): Date => new Date(now.getTime() + DAY_MS);

export const daysBefore = (time: Date, days: number): Date => new Date(time.getTime() - days * DAY_MS);
