/** Formats numbers and times for a language. Times are in UTC, because the server doesn't know the user's time zone. */
export class LocaleFormats {
  private readonly numbers: Intl.NumberFormat;
  private readonly times: Intl.DateTimeFormat;

  constructor(tag: string) {
    this.numbers = new Intl.NumberFormat(tag);
    this.times = new Intl.DateTimeFormat(tag, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
      timeZoneName: 'short',
    });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  time(at: Date): string {
    return this.times.format(at);
  }
}
