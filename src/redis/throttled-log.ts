import type { Logger } from '@nestjs/common';
import type { Clock } from '../common/clock.js';

const LOG_INTERVAL_MS = 60_000;

/**
 * Logs at most one warning per minute, with the number of suppressed warnings. Use it for warnings that outsiders can
 * trigger as often as they like.
 */
export class ThrottledLog {
  private loggedAtMs = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  warn(message: string): void {
    const now = this.clock.monotonicMs();
    if (now - this.loggedAtMs < LOG_INTERVAL_MS) {
      this.suppressed++;
      return;
    }
    const more = this.suppressed > 0 ? ` (and ${this.suppressed} more since the last warning)` : '';
    this.logger.warn(message + more);
    this.loggedAtMs = now;
    this.suppressed = 0;
  }
}
