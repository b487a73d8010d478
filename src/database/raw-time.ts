/**
 * Converts a time in the result of a raw SQL query to a `Date`. The SQLite driver returns times as strings in UTC,
 * without a time zone.
 */
export const toDate = (raw: Date | string): Date =>
  typeof raw === 'string' ? new Date(`${raw.replace(' ', 'T')}Z`) : raw;
