import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../common/duration.js';

/** Times that are at least this far away are shown as dates. Closer times are shown as relative times. */
const RELATIVE_LIMIT_MS = 30 * DAY_MS;

/** The units of relative times, in milliseconds, largest first. */
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const;

/** Formats numbers and times for a language and a time zone. */
export class LocaleFormats {
  private readonly numbers: Intl.NumberFormat;
  private readonly compactNumbers: Intl.NumberFormat;
  private readonly changes: Intl.NumberFormat;
  private readonly times: Intl.DateTimeFormat;
  private readonly dates: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly exactTimes: Intl.DateTimeFormat;
  private readonly relativeTimes: Intl.RelativeTimeFormat;
  /** The word for now. */
  private readonly now: string;

  /**
   * @param tag the BCP 47 tag of the language.
   * @param timeZone the IANA name of the user's time zone, or `null` if it is unknown. Times are then in UTC and say so.
   */
  constructor(
    tag: string,
    readonly timeZone: string | null,
  ) {
    const zone = { timeZone: timeZone ?? 'UTC' };
    const day = { ...zone, year: 'numeric', month: 'short', day: 'numeric' } as const;
    const time = { ...day, hour: 'numeric', minute: '2-digit' } as const;
    this.numbers = new Intl.NumberFormat(tag);
    this.compactNumbers = new Intl.NumberFormat(tag, { notation: 'compact' });
    this.changes = new Intl.NumberFormat(tag, { style: 'percent', signDisplay: 'exceptZero' });
    this.dates = new Intl.DateTimeFormat(tag, day);
    this.days = new Intl.DateTimeFormat(tag, { ...day, timeZone: 'UTC' });
    this.exactTimes = new Intl.DateTimeFormat(tag, { ...time, second: '2-digit', timeZoneName: 'short' });
    this.times = new Intl.DateTimeFormat(tag, timeZone === null ? { ...time, timeZoneName: 'short' } : time);
    this.relativeTimes = new Intl.RelativeTimeFormat(tag, { numeric: 'always' });
    this.now = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(0, 'second');
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** Formats a number in a short form, for example “40K”. */
  compactNumber(value: number): string {
    return this.compactNumbers.format(value);
  }

  /** Formats a change as a percentage with its sign, for example “+12%” for 0.12, or “−3%”. */
  change(ratio: number): string {
    return this.changes.format(ratio).replace('-', '\u2212');
  }

  /** Returns how long to wait, for example “in 58 seconds”. Waits of more than two minutes are shown in minutes. */
  wait(seconds: number): string {
    return seconds > 120
      ? this.relativeTimes.format(Math.ceil(seconds / 60), 'minute')
      : this.relativeTimes.format(seconds, 'second');
  }

  /** Formats a time to the minute. It names the time zone only if that isn't the user's own. */
  time(at: Date): string {
    return this.times.format(at);
  }

  /** Formats a time to the second, with its time zone. */
  exactTime(at: Date): string {
    return this.exactTimes.format(at);
  }

  date(at: Date): string {
    return this.dates.format(at);
  }

  /** Formats a day, for example `2026-12-31`. */
  day(date: string): string {
    return this.days.format(Date.parse(date));
  }

  /**
   * Formats a time relative to `now`, for example “3 hours ago”. A time that is 30 days or more away is formatted as a
   * date.
   */
  relativeTime(at: Date, now: Date): string {
    const ms = at.getTime() - now.getTime();
    if (Math.abs(ms) >= RELATIVE_LIMIT_MS) return this.date(at);
    const [unit, unitMs] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1_000];
    const count = Math.trunc(ms / unitMs);
    return count === 0 ? this.now : this.relativeTimes.format(count, unit);
  }
}
