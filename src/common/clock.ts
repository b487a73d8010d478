/** Where time comes from, so that tests can move it. */
export abstract class Clock {
  /** The wall clock: for what is stored and shown. */
  abstract now(): Date;
  /** `now` as milliseconds since 1970, for what happens on every call. */
  nowMs(): number {
    return this.now().getTime();
  }
  /** Milliseconds on a clock that never jumps: for windows, time-outs and the age of what is cached. */
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
