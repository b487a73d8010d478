import type { UsageInterval } from '../../usage/index.js';

/**
 * Formats the times of hourly or daily counts. Hours are in the user's time zone. Days are in UTC, because the server
 * counts by UTC day.
 */
export class BucketFormats {
  private readonly ticks: Intl.DateTimeFormat;
  private readonly times: Intl.DateTimeFormat;

  /**
   * @param tag the BCP 47 tag of the language.
   * @param timeZone the IANA name of the user's time zone, or `null` if it is unknown.
   */
  constructor(tag: string, interval: UsageInterval, timeZone: string | null) {
    const zone = { timeZone: interval === 'day' ? 'UTC' : (timeZone ?? 'UTC') };
    const hour = { hour: 'numeric', minute: '2-digit' } as const;
    const day = { month: 'short', day: 'numeric' } as const;
    this.ticks = new Intl.DateTimeFormat(tag, { ...zone, ...(interval === 'day' ? day : hour) });
    this.times = new Intl.DateTimeFormat(tag, {
      ...zone,
      ...day,
      year: 'numeric',
      ...(interval === 'hour' && hour),
      // It tells apart the two hours that have the same name when clocks are set back.
      timeZoneName: 'short',
    });
  }

  /** A short form for the chart's axis. */
  tick(at: Date): string {
    return this.ticks.format(at);
  }

  /** The complete time, with its time zone. */
  time(at: Date): string {
    return this.times.format(at);
  }
}
