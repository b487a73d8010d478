import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock.js';
import type { AppError } from './app-error.js';
import { UNAVAILABLE } from './common.errors.js';

const SILENT_MS = 1_000;
/** There are few reasons, but some name what they were about. */
const MAX_REASONS = 100;

/**
 * Logs errors that are our fault, with their stack. What is unavailable is so for every caller at once, and
 * for as many as an attacker sends, so each reason is logged once a second, with how often it was left out.
 */
@Injectable()
export class ErrorLog {
  private readonly logger = new Logger('Error');
  private readonly reasons = new Map<string, { readonly loggedAtMs: number; leftOut: number }>();

  constructor(@Inject(Clock) private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /** @param call what was asked for, without its query. */
  report(error: AppError, call: string): void {
    if (error.kind.status < 500) return;
    // Unavailable without a cause is what goes as it should, such as a process that is about to end.
    if (error.kind === UNAVAILABLE && error.cause === undefined) return;
    const cause = error.cause instanceof Error ? error.cause : error;
    const leftOut = error.kind === UNAVAILABLE ? this.leftOut(cause.message) : 0;
    if (leftOut === null) return;
    const more = leftOut > 0 ? ` (and ${leftOut} more before)` : '';
    this.logger.error(`${call}: ${cause.message}${more}`, cause.stack);
  }

  /** How often the reason was left out since it was logged last, or `null` when it is left out now. */
  private leftOut(reason: string): number | null {
    const now = this.clock.monotonicMs();
    const known = this.reasons.get(reason);
    if (known && now < known.loggedAtMs + SILENT_MS) {
      known.leftOut++;
      return null;
    }
    if (this.reasons.size >= MAX_REASONS) this.reasons.clear();
    this.reasons.set(reason, { loggedAtMs: now, leftOut: 0 });
    return known?.leftOut ?? 0;
  }
}
