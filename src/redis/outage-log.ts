import type { Logger } from '@nestjs/common';
import type { RedisFailure } from './redis-failure.js';

const MEANWHILE = 'Until Redis works again, each instance applies its share of the rate limits.';

/** Logs each cause for which Redis stops working, and logs when it works again. */
export class OutageLog {
  /** The causes that were logged during the current outage, or `null` while Redis works. */
  private loggedCauses: Set<string> | null = null;

  constructor(private readonly logger: Logger) {}

  /**
   * Call this after every failure of Redis.
   * @param failure the failure, or `null` while its cause is unknown. Call this method again when the cause is known.
   */
  began(failure: RedisFailure | null): void {
    this.loggedCauses ??= new Set();
    if (!failure) return;
    // All `unreachable` failures count as one cause. Every other failure needs its own fix, so each of them is logged.
    const cause = failure.kind === 'unreachable' ? failure.kind : failure.message;
    if (this.loggedCauses.has(cause)) return;
    this.loggedCauses.add(cause);
    this.logger.warn(`${failure.message} ${MEANWHILE}`);
  }

  /** Call this when a check of Redis succeeds. Returns true if this ends an outage. */
  ended(): boolean {
    if (!this.loggedCauses) return false;
    this.logger.log(
      this.loggedCauses.size > 0
        ? 'Redis is working again.'
        : 'The connection to Redis was lost and has been restored.',
    );
    this.loggedCauses = null;
    return true;
  }
}
