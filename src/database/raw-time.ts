/** Converts a time in a raw row. SQLite's driver returns a string in UTC without a time zone. */
export const toDate = (raw: Date | string): Date =>
  typeof raw === 'string' ? new Date(`${raw.replace(' ', 'T')}Z`) : raw;
