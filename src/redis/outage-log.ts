import type { Logger } from '@nestjs/common';
import type { RedisFailure } from './redis-failure.js';

const MEANWHILE = 'Until it works again, each instance applies its share of the limits.';

/** Tells the log when Redis stops working and when it works again: one line for each change. */
export class OutageLog {
  /** What was told of the present outage; `null` while there is none. */
  private told: Set<string> | null = null;

  constructor(private readonly logger: Logger) {}

  /** Redis doesn't work. The cause is told later when it isn't clear yet. */
  began(failure: RedisFailure | null): void {
    this.told ??= new Set();
    if (!failure) return;
    // Several ways of being unreachable are one; each refusal needs another cure.
    const subject = failure.kind === 'outage' ? failure.kind : failure.sentence;
    if (this.told.has(subject)) return;
    this.told.add(subject);
    this.logger.warn(`${failure.sentence} ${MEANWHILE}`);
  }

  /** @returns whether there was an outage. */
  ended(): boolean {
    if (!this.told) return false;
    this.logger.log(
      this.told.size > 0 ? 'Redis works again.' : 'The connection to Redis was lost and is back.',
    );
    this.told = null;
    return true;
  }
}
