import type { ThrottlerStorage } from '@nestjs/throttler';

/**
 * The state of a window after a request, with the property names of `@nestjs/throttler`:
 * - `totalHits`: the number of requests in the window.
 * - `timeToExpire`: the seconds until the oldest request leaves the window, rounded up, or 0 if there is none.
 * - `timeToBlockExpire`: the seconds until a request is accepted if no other request comes first, rounded up.
 */
export type WindowRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The times of the requests accepted in the last window, oldest first, in a ring buffer that grows when it is full. */
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

  /** Returns the number of requests that were accepted after this time. */
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

  /** Removes one request with this time. */
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
 * Counts requests in exact sliding windows, one for each key. Every half-open period of the window's length contains at
 * most `limit` accepted requests. All accepted requests of the last window are kept, even if they exceed the current
 * limit, so the counts stay correct when the limit changes. Denied requests are not counted.
 */
export class SlidingWindows {
  /** The windows, least recently used first. */
  private readonly windows = new Map<string, Acceptances>();
  /**
   * The most recently used window. It is already the last one in the map, so the hot path doesn't have to move it
   * there.
   */
  private newest: Acceptances | null = null;

  /**
   * @param windowMs the length of each window.
   * @param monotonicMs the clock, which must never go back.
   * @param maxKeys the maximum number of windows. If it is exceeded, the least recently used window is dropped.
   */
  constructor(
    private readonly windowMs: number,
    private readonly monotonicMs: () => number,
    private readonly maxKeys = Number.POSITIVE_INFINITY,
  ) {}

  get size(): number {
    return this.windows.size;
  }

  /** Counts a request unless the window already contains `limit` requests. */
  take(key: string, limit: number): WindowRecord {
    const now = this.monotonicMs();
    const window = this.open(key, now);
    const isAccepted = window.count < limit;
    if (isAccepted) window.add(now);
    return this.describe(window, limit, now, isAccepted);
  }

  /**
   * Counts a request regardless of the limit, for example because Redis has already accepted it.
   * @returns a function that removes the request from the window again.
   */
  note(key: string): () => void {
    const now = this.monotonicMs();
    const window = this.open(key, now);
    window.add(now);
    return once(() => window.remove(now));
  }

  /** Returns whether at least `count` requests were accepted in the last `milliseconds`. */
  hasAccepted(count: number, key: string, milliseconds: number): boolean {
    const window = this.windows.get(key);
    if (!window || window.count < count) return false;
    return window.countAfter(this.monotonicMs() - milliseconds) >= count;
  }

  /** Returns the state of the window without counting a request. */
  peek(key: string, limit: number): WindowRecord {
    const now = this.monotonicMs();
    const window = this.windows.get(key) ?? new Acceptances();
    window.dropUntil(now - this.windowMs);
    return this.describe(window, limit, now, window.count < limit);
  }

  /** Returns the number of requests in the window. */
  countOf(key: string): number {
    const window = this.windows.get(key);
    if (!window) return 0;
    window.dropUntil(this.monotonicMs() - this.windowMs);
    return window.count;
  }

  /** Counts a request like `take`. If the request was accepted, `giveBack` removes it from the window again. */
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

  /**
   * Evicts least recently used windows if they are empty or if there are more than `maxKeys`; at most two per request.
   */
  private sweep(now: number): void {
    for (let swept = 0; swept < 2; swept++) {
      const [key, oldest] = this.windows.entries().next().value!;
      oldest.dropUntil(now - this.windowMs);
      if (this.windows.size <= this.maxKeys && (oldest.count > 0 || this.windows.size === 1)) return;
      this.windows.delete(key);
    }
  }

  private describe(window: Acceptances, limit: number, now: number, isAccepted: boolean): WindowRecord {
    // This calculates the age of the request first. With (time + window) - now, rounding errors could make the result
    // slightly longer than the window, which would be rounded up to an extra second.
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

/** Returns a function that calls `work` only the first time it is called. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
