import { DAY_MS } from '../../../common/duration.js';

/** What the form offers besides a date: days until the key ends. */
export const EXPIRY_DAYS = [30, 90, 365] as const;

/** What was chosen in the form. */
export interface ExpiryChoice {
  /** `never`, `date`, or a number of days. */
  readonly expiry: string;
  /** As a date field sends it. */
  readonly date: string;
}

/**
 * The end of a key as RFC 3339 text, or `null` for never. Always the beginning of a day in UTC, so that a form
 * that is sent again asks for the same. What is no choice comes back as it is, for validation to refuse.
 */
export function toExpiresAt({ expiry, date }: ExpiryChoice, now: Date): string | null {
  if (expiry === 'never') return null;
  if (expiry === 'date') return `${date}T00:00:00Z`;
  const days = EXPIRY_DAYS.find((choice) => String(choice) === expiry);
  if (days === undefined) return expiry;
  const today = Math.floor(now.getTime() / DAY_MS);
  return new Date((today + days + 1) * DAY_MS).toISOString();
}
