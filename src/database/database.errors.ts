import { AppError, UNAVAILABLE } from '../common/errors/index.js';

const DETAIL =
  'The database connection was lost while your change was being saved, so the change may or may not have been saved. ' +
  'Check whether it was saved before you try again.';

/**
 * The error for a transaction that may or may not have been committed. `Database` does not retry the transaction after
 * this error.
 */
export class OutcomeUnknownError extends AppError {
  private constructor(cause: unknown, detail: string) {
    super(UNAVAILABLE, { cause, detail, headers: { 'Retry-After': '1' } });
    this.name = 'OutcomeUnknownError';
  }

  static because(cause: unknown): OutcomeUnknownError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new OutcomeUnknownError(
      new Error(`The outcome of a commit is unknown: ${reason}`, { cause }),
      DETAIL,
    );
  }

  /** Returns a copy of this error with an additional sentence that explains how to retry the operation safely. */
  withHint(hint: string): OutcomeUnknownError {
    return new OutcomeUnknownError(this.cause, `${this.message} ${hint}`);
  }
}
