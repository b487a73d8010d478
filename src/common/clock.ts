/** The source of time. Tests replace it to control time. */
export abstract class Clock {
  /** Returns the wall-clock time, for times that are stored or displayed. */
  abstract now(): Date;
  /** Returns the wall-clock time in milliseconds since 1970. Hot path: `SystemClock` creates no `Date` for this. */
  nowMs(): number {
    return this.now().getTime();
  }
  /**
   * Returns the time in milliseconds on a clock that never jumps, unlike the wall clock. Rate-limit windows, timeouts
   * and cache ages use it. Only the difference between two of its values is meaningful.
   */
  abstract monotonicMs(): number;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  override nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
