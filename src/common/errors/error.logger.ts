import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock.js';
import type { AppError } from './app-error.js';
import { UNAVAILABLE } from './common.errors.js';

const LOG_INTERVAL_MS = 1_000;
/**
 * The maximum number of reasons that are remembered, to limit the memory use. A reason is an error message. It can
 * contain a host name or an id, so there may be many different ones.
 */
const MAX_REASONS = 100;

/**
 * Logs server errors with their stack traces. During an outage, every request can fail with `unavailable`, and
 * attackers can cause any number of these errors. So `unavailable` errors with the same reason are logged at most once
 * a second, with the number of suppressed lines.
 */
@Injectable()
export class ErrorLogger {
  private readonly logger = new Logger('Error');
  private readonly reasons = new Map<string, { readonly loggedAtMs: number; suppressed: number }>();

  constructor(@Inject(Clock) private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /**
   * Logs the error if it is a server error (status 500 or higher).
   * @param request the request's method and path, the response's status and the request id.
   */
  report(error: AppError, request: string): void {
    if (error.kind.status < 500) return;
    // `unavailable` without a cause is part of normal operation, for example while the process shuts down.
    if (error.kind === UNAVAILABLE && error.cause === undefined) return;
    const cause = error.cause instanceof Error ? error.cause : error;
    const suppressed = error.kind === UNAVAILABLE ? this.countSuppressed(cause.message) : 0;
    if (suppressed === null) return;
    const more = suppressed > 0 ? ` (and ${suppressed} similar errors before this one)` : '';
    this.logger.error(`${request}: ${cause.message}${more}`, cause.stack);
  }

  /**
   * Returns how many lines were suppressed since this reason was last logged. If the current line must be suppressed as
   * well, counts it and returns `null`.
   */
  private countSuppressed(reason: string): number | null {
    const now = this.clock.monotonicMs();
    const previous = this.reasons.get(reason);
    if (previous && now < previous.loggedAtMs + LOG_INTERVAL_MS) {
      previous.suppressed++;
      return null;
    }
    if (this.reasons.size >= MAX_REASONS) this.reasons.clear();
    this.reasons.set(reason, { loggedAtMs: now, suppressed: 0 });
    return previous?.suppressed ?? 0;
  }
}
