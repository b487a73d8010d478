import { DAY_MS } from '../../../../common/duration.js';

/** The lifetimes that the form offers, in days. */
export const EXPIRY_DAYS = [30, 90, 365] as const;

/** The user's choice in the form. */
export interface ExpiryChoice {
  /** `never`, `date`, or a number of days. */
  readonly expiry: string;
  /** The value of the date field. */
  readonly date: string;
}

/**
 * Returns the expiration time in RFC 3339 format, or `null` if the key never expires. The time is always the start of
 * a day in UTC, so that a form that is submitted again has the same input. An unknown choice is returned unchanged, so
 * that the validation rejects it.
 */
export function toExpiresAt({ expiry, date }: ExpiryChoice, now: Date): string | null {
  if (expiry === 'never') return null;
  if (expiry === 'date') return `${date}T00:00:00Z`;
  const days = EXPIRY_DAYS.find((choice) => String(choice) === expiry);
  if (days === undefined) return expiry;
  const today = Math.floor(now.getTime() / DAY_MS);
  return new Date((today + days + 1) * DAY_MS).toISOString();
}
