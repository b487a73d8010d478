import type { Clock } from '../../../common/clock.js';

/**
 * The maximum number of remembered keys, so that clients can't fill the memory. If it is exceeded, the key that was
 * noted longest ago is forgotten.
 */
const MAX_KEYS = 10_000;

/** Remembers the keys whose counts in Redis are incomplete, and for how long they stay incomplete. */
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
