import type { HourlyCounts, UsageCounts } from './usage.js';

/** A row of sums. MySQL and MariaDB return sums as strings. */
export type Raw<T> = { [Name in keyof T]: T[Name] | string };

export const toCounts = ({ accepted, limited, denied }: Raw<UsageCounts>): UsageCounts => ({
  accepted: Number(accepted),
  limited: Number(limited),
  denied: Number(denied),
});

export const toHourlyCounts = (raw: Raw<HourlyCounts>): HourlyCounts => ({
  hour: Number(raw.hour),
  ...toCounts(raw),
});
