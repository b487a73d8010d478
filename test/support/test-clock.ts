import { Clock } from '../../src/common/clock.js';

const HOUR_MS = 60 * 60_000;

/** Runs like the real clock, and can be moved forward by a test. */
export class TestClock extends Clock {
  private aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  monotonicMs(): number {
    return performance.now() + this.aheadMs;
  }

  advance(milliseconds: number): void {
    this.aheadMs += milliseconds;
  }

  /** Advances to five minutes past the next hour, so that neither the hour nor the day changes during a test. */
  advanceIntoHour(): void {
    this.advance(HOUR_MS - (this.nowMs() % HOUR_MS) + 5 * 60_000);
  }
}

/** Stands still until a test moves it. The wall clock can be set separately, like on real machines. */
export class StoppedClock extends Clock {
  private passedMs = 0;
  private setByMs = 0;

  constructor(private readonly start = new Date('2026-01-05T09:30:00.000Z')) {
    super();
  }

  now(): Date {
    return new Date(this.start.getTime() + this.passedMs + this.setByMs);
  }

  monotonicMs(): number {
    return this.passedMs;
  }

  advance(milliseconds: number): void {
    this.passedMs += milliseconds;
  }

  /** Moves only the wall clock, forward or back. */
  setBy(milliseconds: number): void {
    this.setByMs += milliseconds;
  }
}
