/** The source of time. Tests replace it to control time. */
export abstract class Clock {
  /** The wall-clock time, for stored and displayed times. */
  abstract now(): Date;
  /** `now` in milliseconds since 1970. Hot path: the system clock creates no Date. */
  nowMs(): number {
    return this.now().getTime();
  }
  /** Milliseconds on a clock that never jumps, for rate-limit windows, timeouts and cache ages. */
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
