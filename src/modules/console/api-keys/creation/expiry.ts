import { DAY_MS } from '../../../../common/duration.js';
import { toTimeZone } from '../../i18n/time-zone-cookie.js';
import { dateIn, endOfDay } from './end-of-day.js';

/** The lifetimes that the form offers, in days. */
export const EXPIRY_DAYS = [30, 90, 365] as const;

/**
 * The user's choice in the form. The form also sends the day and the time zone in which it was shown. So the key ends on
 * the date that the form shows, and a form that is submitted again after midnight has the same input.
 */
export interface ExpiryChoice {
  /** `never`, `date`, or a number of days. */
  readonly expiry: string;
  /** The value of the date field. */
  readonly date: string;
  /** The day on which the form was shown. */
  readonly today: string;
  /** The IANA name of the user's time zone, or `UTC`. */
  readonly timeZone: string;
}

/** Returns the values of a form that is shown now. */
export const newExpiryChoice = (timeZone: string | null, now: Date): ExpiryChoice => ({
  expiry: 'never',
  date: '',
  today: dateIn(timeZone ?? 'UTC', now),
  timeZone: timeZone ?? 'UTC',
});

/** Replaces an invalid day by today, and an unknown time zone by UTC. */
export function checkedExpiryChoice(choice: ExpiryChoice, now: Date): ExpiryChoice {
  const timeZone = toTimeZone(choice.timeZone) ?? 'UTC';
  const isDay = endOfDay(choice.today, timeZone) !== null;
  return { ...choice, timeZone, today: isDay ? choice.today : dateIn(timeZone, now) };
}

/** Returns the last day of a key that lives for this number of days, for example `2026-12-31`. */
export const lastDayAfter = (today: string, days: number): string =>
  new Date(Date.parse(today) + days * DAY_MS).toISOString().slice(0, 10);

/**
 * Returns the expiration time in RFC 3339 format, or `null` if the key never expires. A key expires at the end of its
 * last day in the user's time zone. An unknown choice and an invalid date are returned unchanged, so that the
 * validation rejects them.
 */
export function toExpiresAt({ expiry, date, today, timeZone }: ExpiryChoice): string | null {
  if (expiry === 'never') return null;
  const days = EXPIRY_DAYS.find((choice) => String(choice) === expiry);
  if (expiry !== 'date' && days === undefined) return expiry;
  const lastDay = days === undefined ? date : lastDayAfter(today, days);
  return endOfDay(lastDay, timeZone)?.toISOString() ?? lastDay;
}
