import type { Logger } from '@nestjs/common';
import type { Clock } from '../common/clock.js';

const SILENT_MS = 60_000;

/** Warns about what a stranger may cause as often as they like: one line a minute, with how many were left out. */
export class ThrottledLog {
  private warnedAtMs = Number.NEGATIVE_INFINITY;
  private leftOut = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  warn(sentence: string): void {
    const now = this.clock.monotonicMs();
    if (now - this.warnedAtMs < SILENT_MS) {
      this.leftOut++;
      return;
    }
    const more = this.leftOut > 0 ? ` (and ${this.leftOut} times more since the last such line)` : '';
    this.logger.warn(sentence + more);
    this.warnedAtMs = now;
    this.leftOut = 0;
  }
}
