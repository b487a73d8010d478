/** The source of time. Tests replace it to control time. */
export abstract class Clock {
  /** The wall-clock time, for stored and displayed times. */
  abstract now(): Date;
  /** Returns `now` in milliseconds since 1970. Hot path: the system clock creates no `Date` for this. */
  nowMs(): number {
    return this.now().getTime();
  }
  /**
   * Returns the milliseconds of a clock that never jumps. It is used for rate-limit windows, timeouts and cache ages.
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
