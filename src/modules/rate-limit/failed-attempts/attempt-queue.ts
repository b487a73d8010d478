import { unavailable, type AppError } from '../../../common/errors/index.js';
import type { AttemptCounts, Budget } from './attempt-counts.js';

const MAX_WAIT_MS = 2_000;
/** How many attempts wait for a turn, in one group and in all. Each keeps a request in memory, some kilobytes. */
const MAX_WAITING_IN_GROUP = 256;
const MAX_WAITING = 1_024;
const MAX_RETRY_SECONDS = 5;
/** How long a turn takes until the first has been measured: a comparison at cost 10 on one core. */
const FIRST_GUESS_MS = 50;
/** The weight of the latest turn in the average. */
const SMOOTHING = 0.1;

interface Waiting {
  readonly budgets: readonly Budget[];
  readonly isNeeded: () => boolean;
  /** How many attempts were waiting when it came, and how many of the group had started by then. */
  readonly before: number;
  readonly startedBefore: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (mayStart: boolean) => void;
  readonly reject: (error: AppError) => void;
}

/** The waiting attempts of one group, in the order in which they came. */
interface Line {
  readonly waiting: Set<Waiting>;
  started: number;
  lastStartMs: number;
}

/**
 * Lets attempts start while failed and pending ones stay below the limit. Where only pending ones use up the limit, an
 * attempt waits for its turn, because the pending ones may turn out to be right. First come, first served among
 * attempts that need the same budget.
 */
export class AttemptQueue {
  private readonly lines = new Map<string, Line>();
  private waiting = 0;
  private turnMs = FIRST_GUESS_MS;

  /** @param tooMany the error for budgets that failed attempts fill, or `null`. */
  constructor(
    private readonly counts: AttemptCounts,
    private readonly tooMany: (budgets: readonly Budget[]) => AppError | null,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Resolves to true when the attempt has started; it must then be ended with `end`. Resolves to false when it is
   * no longer needed once its turn comes.
   * @param group holds every attempt that shares a budget with this one.
   * Throws `too_many_failed_attempts`; and `unavailable` after two seconds, or when too many wait.
   */
  async begin(group: string, budgets: readonly Budget[], isNeeded: () => boolean): Promise<boolean> {
    const denial = this.tooMany(budgets);
    if (denial) throw denial;
    // Time may have made room since the last attempt started. Attempts that wait already come first.
    if (this.counts.haveRoom(budgets)) this.serve(group);
    if (!this.counts.haveRoom(budgets)) return this.wait(group, budgets, isNeeded);
    this.counts.begin(budgets);
    return true;
  }

  /** Ends an attempt, and starts those that waited for it. */
  end(group: string, budgets: readonly Budget[], hasFailed: boolean): void {
    this.counts.end(budgets, hasFailed);
    this.serve(group);
  }

  private wait(group: string, budgets: readonly Budget[], isNeeded: () => boolean): Promise<boolean> {
    const line = this.lines.get(group) ?? {
      waiting: new Set<Waiting>(),
      started: 0,
      lastStartMs: this.monotonicMs(),
    };
    if (this.isFull(line)) this.dismissUnneeded(group, line);
    if (this.isFull(line)) throw this.busy(line.waiting.size, 'Too many attempts wait for their turn');
    this.lines.set(group, line);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        budgets,
        isNeeded,
        before: line.waiting.size,
        startedBefore: line.started,
        timer: setTimeout(() => this.giveUp(group, line, waiting), MAX_WAIT_MS),
        resolve,
        reject,
      };
      line.waiting.add(waiting);
      this.waiting++;
    });
  }

  private serve(group: string): void {
    const line = this.lines.get(group);
    if (!line) return;
    for (const waiting of line.waiting) this.settle(group, line, waiting);
  }

  /** Settles one waiting attempt, if that is possible now. */
  private settle(group: string, line: Line, waiting: Waiting): boolean {
    const { budgets, isNeeded, resolve, reject } = waiting;
    if (!isNeeded()) {
      this.leave(group, line, waiting);
      resolve(false);
      return true;
    }
    const denial = this.tooMany(budgets);
    if (denial) {
      this.leave(group, line, waiting);
      reject(denial);
      return true;
    }
    if (!this.counts.haveRoom(budgets)) return false;
    this.leave(group, line, waiting);
    this.counts.begin(budgets);
    this.noteStart(line);
    resolve(true);
    return true;
  }

  private giveUp(group: string, line: Line, waiting: Waiting): void {
    if (this.settle(group, line, waiting)) return;
    this.leave(group, line, waiting);
    const before = Math.max(0, waiting.before - (line.started - waiting.startedBefore));
    waiting.reject(this.busy(before, 'No turn came in time'));
  }

  private dismissUnneeded(group: string, line: Line): void {
    for (const waiting of line.waiting) {
      if (waiting.isNeeded()) continue;
      this.leave(group, line, waiting);
      waiting.resolve(false);
    }
  }

  private isFull(line: Line): boolean {
    return line.waiting.size >= MAX_WAITING_IN_GROUP || this.waiting >= MAX_WAITING;
  }

  private leave(group: string, line: Line, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    line.waiting.delete(waiting);
    this.waiting--;
    if (line.waiting.size === 0) this.lines.delete(group);
  }

  private noteStart(line: Line): void {
    const now = this.monotonicMs();
    this.turnMs += SMOOTHING * (now - line.lastStartMs - this.turnMs);
    line.lastStartMs = now;
    line.started++;
  }

  /** @param before how many attempts come first. */
  private busy(before: number, reason: string): AppError {
    const seconds = Math.ceil(((before + 1) * this.turnMs) / 1_000);
    return unavailable(
      new Error(reason),
      'Too many keys or passwords from this address are being checked.',
      Math.min(MAX_RETRY_SECONDS, seconds),
    );
  }
}
