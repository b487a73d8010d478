import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../common/duration.js';

/** The maximum difference between UTC and the time in any time zone. */
const MAX_OFFSET_MS = 18 * HOUR_MS;
/** The times at which clocks change are multiples of this in all time zones. */
const STEP_MS = 15 * MINUTE_MS;
/** Matches a date in the years 1000 to 9998. The dates of these years are in the order of their text. */
const DATE = /^(?!9999)[1-9]\d{3}-\d{2}-\d{2}$/;

/** Returns the date in a time zone, for example `2026-12-31`. */
export const dateIn = (timeZone: string, at: Date): string => toDate(formatterOf(timeZone), at.getTime());

/**
 * Returns the end of a day in a time zone. This is the first moment after the day, also if the next day doesn't begin at
 * midnight or if clocks are changed.
 * @returns `null` if the text isn't a date in the years 1000 to 9998.
 */
export function endOfDay(date: string, timeZone: string): Date | null {
  const start = DATE.test(date) ? new Date(`${date}T00:00:00Z`) : null;
  // The constructor accepts `2026-02-30`.
  if (!start || Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== date) return null;
  const formatter = formatterOf(timeZone);
  const isOver = (ms: number) => toDate(formatter, ms) > date;
  // The search goes backwards. If clocks are set back across midnight, the day ends twice, and the second end counts.
  let after = start.getTime() + DAY_MS + MAX_OFFSET_MS;
  while (isOver(after - STEP_MS)) after -= STEP_MS;
  return new Date(firstOver(after - STEP_MS, after, isOver));
}

/** Returns the first time that is over, if `before` isn't over and `after` is. */
function firstOver(before: number, after: number, isOver: (ms: number) => boolean): number {
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isOver(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const formatterOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

function toDate(formatter: Intl.DateTimeFormat, ms: number): string {
  const [month = '', day = '', year = ''] = formatter.format(ms).split('/');
  return `${year}-${month}-${day}`;
}
