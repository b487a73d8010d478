import type { Clock } from '../../../common/clock.js';
import type { Policy } from '../policies.js';
import { SlidingWindows } from './sliding-window.js';

const MAX_UNKNOWN_SUBJECTS = 100_000;
/** Other instances may notice that Redis is back this much later, and count for themselves until then. */
const RETURN_SPREAD_MS = 3_000;
/** How much later than Redis this process may count a request, at worst. */
const MAX_SKEW_MS = 2_000;

/** The windows of one length in this process, and what follows from the length. */
export interface WindowTable {
  readonly windows: SlidingWindows;
  readonly seconds: number;
  /** For how long after a return Redis doesn't know all requests. */
  readonly returnMs: number;
  /** How old requests may be that are looked for in Redis, which counts on its own clock. */
  readonly comparedMs: number;
}

/** The windows of this process, in tables by length. */
export class OwnWindows {
  /** Of users and keys, which are as many as exist. */
  private readonly known = new Map<number, WindowTable>();
  /** Of subjects that anybody can make up, like addresses. Each policy has a bounded table, so none displaces another. */
  private readonly unknown = new Map<string, WindowTable>();

  constructor(private readonly clock: Clock) {}

  tableOf({ name, windowSeconds }: Policy, isKnownSubject: boolean): WindowTable {
    const table = isKnownSubject
      ? this.known.get(windowSeconds)
      : this.unknown.get(`${name} ${windowSeconds}`);
    return table ?? this.addTable(name, windowSeconds, isKnownSubject);
  }

  private addTable(name: string, seconds: number, isKnownSubject: boolean): WindowTable {
    const windowMs = seconds * 1_000;
    const maxKeys = isKnownSubject ? Number.POSITIVE_INFINITY : MAX_UNKNOWN_SUBJECTS;
    const table = {
      windows: new SlidingWindows(windowMs, () => this.clock.monotonicMs(), maxKeys),
      seconds,
      returnMs: windowMs + RETURN_SPREAD_MS,
      comparedMs: windowMs - Math.min(MAX_SKEW_MS, windowMs / 2),
    };
    if (isKnownSubject) this.known.set(seconds, table);
    else this.unknown.set(`${name} ${seconds}`, table);
    return table;
  }
}
