import type { UsageInterval } from '../../usage/index.js';

/**
 * Formats the times of hourly or daily counts. Hours are in the user's time zone. Days are in UTC, because the server
 * counts by UTC day.
 */
export class BucketFormats {
  /** The time zone of the times. */
  readonly timeZone: string;
  private readonly ticks: Intl.DateTimeFormat;
  private readonly times: Intl.DateTimeFormat;
  private readonly spans: Intl.DateTimeFormat;

  /**
   * @param tag the BCP 47 tag of the language.
   * @param timeZone the IANA name of the user's time zone, or `null` if it is unknown.
   */
  constructor(tag: string, interval: UsageInterval, timeZone: string | null) {
    this.timeZone = interval === 'day' ? 'UTC' : (timeZone ?? 'UTC');
    const zone = { timeZone: this.timeZone };
    const hour = { hour: 'numeric', minute: '2-digit' } as const;
    const day = { month: 'short', day: 'numeric' } as const;
    this.ticks = new Intl.DateTimeFormat(tag, { ...zone, ...(interval === 'day' ? day : hour) });
    const complete = { ...zone, ...day, year: 'numeric', ...(interval === 'hour' && hour) } as const;
    // The time zone tells apart the two hours that have the same name when clocks are set back.
    this.times = new Intl.DateTimeFormat(tag, { ...complete, timeZoneName: 'short' });
    this.spans = new Intl.DateTimeFormat(tag, complete);
  }

  /** A short form for the chart's axis. */
  tick(at: Date): string {
    return this.ticks.format(at);
  }

  /** The complete time, with its time zone. */
  time(at: Date): string {
    return this.times.format(at);
  }

  /** The times or days at which a span starts and ends, without their time zone. */
  span(from: Date, to: Date): string {
    return this.spans.formatRange(from, to);
  }
}
