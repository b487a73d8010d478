import { unavailable, type AppError } from '../../../common/errors/index.js';
import type { AttemptCounts, AttemptBudget } from './attempt-counts.js';

const MAX_WAIT_MS = 2_000;
/**
 * The maximum numbers of waiting attempts in one group and in total. Each waiting attempt uses a few kilobytes of
 * memory.
 */
const MAX_WAITING_IN_GROUP = 256;
const MAX_WAITING = 1_024;
const MAX_RETRY_SECONDS = 5;
/**
 * The assumed time between the starts of two waiting attempts, until it has been measured. It is the duration of a
 * bcrypt comparison at cost 10 on one core.
 */
const FIRST_GUESS_MS = 50;
/** The weight of the latest measurement in the moving average `turnMs`. */
const SMOOTHING = 0.1;

interface Waiting {
  readonly budgets: readonly AttemptBudget[];
  readonly isNeeded: () => boolean;
  /**
   * How many attempts of the group were already waiting when this one began to wait, and how many had started by then.
   */
  readonly before: number;
  readonly startedBefore: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (mayStart: boolean) => void;
  readonly reject: (error: AppError) => void;
}

/** The waiting attempts of one group, in order of arrival. */
interface Line {
  readonly waiting: Set<Waiting>;
  started: number;
  lastStartMs: number;
}

/**
 * Starts attempts while failed and pending attempts together are below the limit. If the limit is reached only because
 * of pending attempts, a new attempt waits, because the pending ones may still succeed. Attempts that need the same
 * budget start in order of arrival.
 */
export class AttemptQueue {
  private readonly lines = new Map<string, Line>();
  private waiting = 0;
  private turnMs = FIRST_GUESS_MS;

  /**
   * @param tooMany returns the error to throw if failed attempts alone have exhausted one of the budgets, or else
   * `null`.
   */
  constructor(
    private readonly counts: AttemptCounts,
    private readonly tooMany: (budgets: readonly AttemptBudget[]) => AppError | null,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Starts an attempt, or waits until it can start. If it has started, the caller must call `end` later.
   * @param group the group of the attempt. Attempts that share a budget must be in the same group.
   * @param isNeeded returns whether the attempt is still needed while it waits.
   * @returns true if the attempt has started, or false if it is no longer needed.
   * @throws `too_many_failed_attempts` if failed attempts alone have exhausted a budget.
   * @throws `unavailable` after a wait of two seconds, or if too many attempts are already waiting.
   */
  async begin(group: string, budgets: readonly AttemptBudget[], isNeeded: () => boolean): Promise<boolean> {
    const denial = this.tooMany(budgets);
    if (denial) throw denial;
    // Failed attempts may have left the window since the last start. If so, waiting attempts start before this one.
    if (this.counts.haveRoom(budgets)) this.serve(group);
    if (!this.counts.haveRoom(budgets)) return this.wait(group, budgets, isNeeded);
    this.counts.begin(budgets);
    return true;
  }

  /** Ends an attempt, and starts the waiting attempts for which there is now room. */
  end(group: string, budgets: readonly AttemptBudget[], hasFailed: boolean): void {
    this.counts.end(budgets, hasFailed);
    this.serve(group);
  }

  private wait(group: string, budgets: readonly AttemptBudget[], isNeeded: () => boolean): Promise<boolean> {
    const line = this.lines.get(group) ?? {
      waiting: new Set<Waiting>(),
      started: 0,
      lastStartMs: this.monotonicMs(),
    };
    if (this.isFull(line)) this.dismissUnneeded(group, line);
    if (this.isFull(line)) throw this.busy(line.waiting.size, 'Too many attempts are waiting for their turn');
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

  /** Starts, rejects or dismisses a waiting attempt. Returns false if it must keep waiting. */
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
    waiting.reject(this.busy(before, 'An attempt waited too long for its turn'));
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

  /**
   * Creates the error for an attempt that can't start in time.
   * @param before the number of attempts that are ahead of it in the queue.
   */
  private busy(before: number, reason: string): AppError {
    const seconds = Math.ceil(((before + 1) * this.turnMs) / 1_000);
    return unavailable(
      new Error(reason),
      'Too many keys or passwords from this address are being checked. Try again shortly.',
      Math.min(MAX_RETRY_SECONDS, seconds),
    );
  }
}
