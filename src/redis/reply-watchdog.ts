import type { Clock } from '../common/clock.js';
import { NoReplyError } from './redis-failure.js';

/** Commands that are under way for this long without any answer mean that Redis hangs. */
const PATIENCE_MS = 200;
/** A look that comes this late says more about this process, which was busy, than about Redis. */
const LATE_MS = 50;

/**
 * Lets nobody wait for a Redis that hangs. What counts is silence, not the age of one command: many at once
 * may take longer.
 */
export class ReplyWatchdog {
  private readonly pending = new Set<(error: Error) => void>();
  private lastAnswerMs = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param onSilence is told when nothing was answered for too long; it should call `giveUp`. */
  constructor(
    private readonly clock: Clock,
    private readonly onSilence: (error: NoReplyError) => void,
  ) {}

  /** Waits for an answer; rejects with the command's error, or the one that `giveUp` was called with. */
  wait<T>(command: Promise<T>): Promise<T> {
    if (this.pending.size === 0) this.lastAnswerMs = this.clock.monotonicMs();
    if (!this.timer) this.watch();
    // By hand, as this is part of every call: Promise.race would cost twice as much.
    return new Promise<T>((resolve, reject) => {
      this.pending.add(reject);
      const answered = () => {
        this.lastAnswerMs = this.clock.monotonicMs();
        this.pending.delete(reject);
      };
      command.then(
        (value) => {
          answered();
          resolve(value);
        },
        (error: Error) => {
          answered();
          reject(error);
        },
      );
    });
  }

  /** Ends all waiting. */
  giveUp(error: Error): void {
    for (const reject of this.pending) reject(error);
    this.pending.clear();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Looks every 200 ms, while commands are under way, whether anything was answered. */
  private watch(): void {
    const dueMs = this.clock.monotonicMs() + PATIENCE_MS;
    this.timer = setTimeout(() => {
      // Answers that already lie in the socket are read before this runs.
      setImmediate(() => {
        this.timer = undefined;
        if (this.pending.size === 0) return;
        const nowMs = this.clock.monotonicMs();
        if (nowMs - this.lastAnswerMs < PATIENCE_MS || nowMs - dueMs > LATE_MS) return this.watch();
        this.onSilence(new NoReplyError(`no answer for ${PATIENCE_MS} ms`));
      });
    }, PATIENCE_MS).unref();
  }
}
