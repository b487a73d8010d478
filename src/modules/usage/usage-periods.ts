import { DAY_MS, HOUR_MS } from '../../common/duration.js';
import type { UsageInterval } from './usage.js';

/** The periods that the console offers, in the order in which it lists them. */
export const USAGE_PERIODS = ['24h', '7d', '30d', '90d'] as const;
export type UsagePeriodName = (typeof USAGE_PERIODS)[number];

/** A span of time that starts at `from` and ends before `to`. */
export interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

/** A period for which usage is shown, and the earlier span with which it is compared. */
export interface UsagePeriod extends TimeSpan {
  readonly name: UsagePeriodName;
  readonly interval: UsageInterval;
  readonly previous: TimeSpan;
}

const DEFINITIONS: Record<UsagePeriodName, { readonly interval: UsageInterval; readonly days: number }> = {
  '24h': { interval: 'hour', days: 1 },
  '7d': { interval: 'day', days: 7 },
  '30d': { interval: 'day', days: 30 },
  '90d': { interval: 'day', days: 90 },
};

/**
 * Returns the period with this name at the given time. Every period ends with the current hour, which is not over yet:
 * - `24h` is the current hour and the 23 hours before it.
 * - `7d`, `30d` and `90d` are the current day in UTC and the 6, 29 or 89 days before it.
 *
 * The previous span is the same span, 1, 7, 30 or 90 days earlier. So it ends at the same time of day as the period, and
 * both are equally long.
 */
export function usagePeriod(name: UsagePeriodName, now: Date): UsagePeriod {
  const { interval, days } = DEFINITIONS[name];
  const lengthMs = days * DAY_MS;
  const stepMs = interval === 'hour' ? HOUR_MS : DAY_MS;
  const toMs = (Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS;
  const fromMs = Math.ceil(toMs / stepMs) * stepMs - lengthMs;
  return {
    name,
    interval,
    from: new Date(fromMs),
    to: new Date(toMs),
    previous: { from: new Date(fromMs - lengthMs), to: new Date(toMs - lengthMs) },
  };
}
