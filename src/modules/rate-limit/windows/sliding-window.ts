import type { ThrottlerStorage } from '@nestjs/throttler';

/**
 * What a window holds after a request, in the words of `@nestjs/throttler`: `totalHits` requests are counted;
 * `timeToExpire` whole seconds, rounded up, until the oldest of them leaves the window (0 when there is none);
 * `timeToBlockExpire` until a lone caller is accepted again.
 */
export type WindowRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The times of the requests accepted in the last window, oldest first, in a ring that grows as they come. */
class Acceptances {
  private times = new Float64Array(8);
  private first = 0;
  private size = 0;

  get count(): number {
    return this.size;
  }

  at(index: number): number {
    return this.times[(this.first + index) % this.times.length]!;
  }

  /** How many came after this time. */
  countAfter(time: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return this.size - low;
  }

  dropUntil(time: number): void {
    while (this.size > 0 && this.at(0) <= time) {
      this.first = (this.first + 1) % this.times.length;
      this.size--;
    }
  }

  add(time: number): void {
    if (this.size === this.times.length) this.grow();
    this.times[(this.first + this.size) % this.times.length] = time;
    this.size++;
  }

  /** Removes one acceptance. Later ones move up. */
  remove(time: number): void {
    let index = 0;
    while (index < this.size && this.at(index) !== time) index++;
    if (index === this.size) return;
    for (; index < this.size - 1; index++) {
      this.times[(this.first + index) % this.times.length] = this.at(index + 1);
    }
    this.size--;
  }

  private grow(): void {
    const grown = new Float64Array(this.times.length * 2);
    for (let i = 0; i < this.size; i++) grown[i] = this.at(i);
    this.times = grown;
    this.first = 0;
  }
}

/**
 * Exact sliding windows, one for each key: in every half-open span of the window's length at most the limit
 * is accepted. Every acceptance of the last window is kept, whatever the limit is at the moment, so a changed limit
 * forgets nothing. A denied request costs nothing.
 */
export class SlidingWindows {
  /** The key used longest ago comes first. */
  private readonly windows = new Map<string, Acceptances>();
  /** The last of them. Hot path: it needn't be moved to the end. */
  private newest: Acceptances | null = null;

  /**
   * @param windowMs the window's length.
   * @param monotonicMs the clock: it must never go back.
   * @param maxKeys how many windows are kept. Beyond it, the window used longest ago is dropped.
   */
  constructor(
    private readonly windowMs: number,
    private readonly monotonicMs: () => number,
    private readonly maxKeys = Number.POSITIVE_INFINITY,
  ) {}

  get size(): number {
    return this.windows.size;
  }

  /** Counts a request unless `limit` requests are already counted. */
  take(key: string, limit: number): WindowRecord {
    const now = this.monotonicMs();
    const window = this.open(key, now);
    const isAccepted = window.count < limit;
    if (isAccepted) window.add(now);
    return this.describe(window, limit, now, isAccepted);
  }

  /** Counts a request that was accepted elsewhere. @returns what makes it as if it had never been counted. */
  note(key: string): () => void {
    const now = this.monotonicMs();
    const window = this.open(key, now);
    window.add(now);
    return once(() => window.remove(now));
  }

  /** Whether `count` requests or more were accepted in the last milliseconds of the window. */
  hasAccepted(count: number, key: string, milliseconds: number): boolean {
    const window = this.windows.get(key);
    if (!window || window.count < count) return false;
    return window.countAfter(this.monotonicMs() - milliseconds) >= count;
  }

  /** What `take` would find, without counting. */
  peek(key: string, limit: number): WindowRecord {
    const now = this.monotonicMs();
    const window = this.windows.get(key) ?? new Acceptances();
    window.dropUntil(now - this.windowMs);
    return this.describe(window, limit, now, window.count < limit);
  }

  /** How many requests are counted. */
  countOf(key: string): number {
    const window = this.windows.get(key);
    if (!window) return 0;
    window.dropUntil(this.monotonicMs() - this.windowMs);
    return window.count;
  }

  /** Like `take`; `giveBack` makes it as if an accepted request had never been counted. */
  takeReturnable(key: string, limit: number): WindowRecord & { giveBack: () => void } {
    const record = this.take(key, limit);
    const window = this.windows.get(key)!;
    const time = window.at(window.count - 1);
    return { ...record, giveBack: record.isBlocked ? () => undefined : once(() => window.remove(time)) };
  }

  private open(key: string, now: number): Acceptances {
    const window = this.windows.get(key) ?? new Acceptances();
    window.dropUntil(now - this.windowMs);
    if (window !== this.newest) {
      this.windows.delete(key);
      this.windows.set(key, window);
      this.newest = window;
    }
    if (this.windows.size > 1) this.sweep(now);
    return window;
  }

  /** Drops keys that were idle for a whole window, at most two a request, and what exceeds the bound. */
  private sweep(now: number): void {
    for (let swept = 0; swept < 2; swept++) {
      const [key, oldest] = this.windows.entries().next().value!;
      oldest.dropUntil(now - this.windowMs);
      if (this.windows.size <= this.maxKeys && (oldest.count > 0 || this.windows.size === 1)) return;
      this.windows.delete(key);
    }
  }

  private describe(window: Acceptances, limit: number, now: number, isAccepted: boolean): WindowRecord {
    // The age first: (now + window) - now can be a hair over the window, which would round up to a second more.
    const secondsUntilLeaves = (index: number) =>
      Math.max(1, Math.ceil((this.windowMs - (now - window.at(index))) / 1_000));
    const surplus = window.count - limit;
    return {
      totalHits: window.count,
      timeToExpire: window.count === 0 ? 0 : secondsUntilLeaves(0),
      isBlocked: !isAccepted,
      timeToBlockExpire: surplus < 0 || window.count === 0 ? 0 : secondsUntilLeaves(surplus),
    };
  }
}

/** A function that does its work the first time only. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
