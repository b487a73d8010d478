import type { Clock } from '../../../common/clock.js';
import type { Policy } from '../policies.js';
import { SlidingWindows } from './sliding-window.js';

const MAX_UNKNOWN_SUBJECTS = 100_000;
/**
 * When Redis is available again, other instances may notice it this much later than this instance. Until they do, they
 * count their requests only in their own memory.
 */
const RETURN_SPREAD_MS = 3_000;
/** The maximum delay between counting a request in Redis and counting it in this process. */
const MAX_SKEW_MS = 2_000;

/** The windows of one length in this process, and the durations that depend on this length. */
export interface WindowTable {
  readonly windows: SlidingWindows;
  readonly seconds: number;
  /** How long (in ms) the counts in Redis are incomplete after Redis has become available again. */
  readonly returnMs: number;
  /**
   * The maximum age (in ms) of requests of this process that the count in Redis should still include. It is less than
   * the window, because Redis uses its own clock and may have counted a request earlier than this process.
   */
  readonly comparedMs: number;
}

/** Keeps the windows of this process in tables. All windows in a table have the same length. */
export class LocalWindows {
  /** The windows of users and API keys. Their number is limited by the number of existing users and keys. */
  private readonly known = new Map<number, WindowTable>();
  /**
   * The windows of other subjects, for example of addresses. Clients can use any number of addresses, so these tables
   * have a maximum size. Each policy has its own table, so that one policy can't displace the windows of another.
   */
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
