import type { Clock } from '../common/clock.js';
import { NoReplyError } from './redis-failure.js';

/** If commands are pending and no reply arrives for this long, Redis counts as hanging. */
const TIMEOUT_MS = 200;
/**
 * If the timer fires more than this late, the process itself was busy, so a missing reply doesn't prove that Redis
 * hangs.
 */
const MAX_DELAY_MS = 50;

/**
 * Detects when Redis hangs, so that no command waits forever. The timeout applies to the time since the last reply
 * instead of to each command, because a single command can take longer when many are pending.
 */
export class ReplyWatchdog {
  private readonly pending = new Set<(error: Error) => void>();
  private lastReplyMs = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param onTimeout is called when Redis hangs. It should call `rejectAll`. */
  constructor(
    private readonly clock: Clock,
    private readonly onTimeout: (error: NoReplyError) => void,
  ) {}

  /** Waits for the reply to a command. Rejects with the command's error or with the error passed to `rejectAll`. */
  wait<T>(command: Promise<T>): Promise<T> {
    if (this.pending.size === 0) this.lastReplyMs = this.clock.monotonicMs();
    if (!this.timer) this.watch();
    // Hot path: Promise.race would take twice as long.
    return new Promise<T>((resolve, reject) => {
      this.pending.add(reject);
      const onReply = () => {
        this.lastReplyMs = this.clock.monotonicMs();
        this.pending.delete(reject);
      };
      command.then(
        (value) => {
          onReply();
          resolve(value);
        },
        (error: Error) => {
          onReply();
          reject(error);
        },
      );
    });
  }

  /** Rejects all pending commands. */
  rejectAll(error: Error): void {
    for (const reject of this.pending) reject(error);
    this.pending.clear();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Checks every 200 ms whether a reply has arrived. Stops if no commands are pending. */
  private watch(): void {
    const dueMs = this.clock.monotonicMs() + TIMEOUT_MS;
    this.timer = setTimeout(() => {
      // The event loop reads replies that have already arrived before it runs this callback.
      setImmediate(() => {
        this.timer = undefined;
        if (this.pending.size === 0) return;
        const nowMs = this.clock.monotonicMs();
        if (nowMs - this.lastReplyMs < TIMEOUT_MS || nowMs - dueMs > MAX_DELAY_MS) return this.watch();
        this.onTimeout(new NoReplyError(`no reply for ${TIMEOUT_MS} ms`));
      });
    }, TIMEOUT_MS).unref();
  }
}
