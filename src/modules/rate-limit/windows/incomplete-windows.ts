import type { Clock } from '../../../common/clock.js';

/**
 * The maximum number of keys, so that clients can't fill the memory. If it is exceeded, the key that was noted longest
 * ago is removed.
 */
const MAX_KEYS = 10_000;

/** Remembers the keys for which Redis doesn't know all requests of the last window, and until when. */
export class IncompleteWindows {
  private readonly untilMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  note(key: string, milliseconds: number): void {
    this.untilMs.delete(key);
    this.untilMs.set(key, this.clock.monotonicMs() + milliseconds);
    if (this.untilMs.size > MAX_KEYS) this.untilMs.delete(this.untilMs.keys().next().value!);
  }

  has(key: string): boolean {
    if (this.untilMs.size === 0) return false;
    const untilMs = this.untilMs.get(key);
    if (untilMs === undefined) return false;
    if (this.clock.monotonicMs() < untilMs) return true;
    this.untilMs.delete(key);
    return false;
  }
}
