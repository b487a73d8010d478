import type { Logger } from '@nestjs/common';

/** A successful check is valid for this time. The time is measured from the start of the check. */
const VALID_MS = 2_000;

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = `The database hasn't confirmed a write for over ${VALID_MS / 1_000} seconds.`;
const FAILED = "The database doesn't accept writes, or doesn't return what was written.";

/** Remembers whether this process has recently written to the database and read the same value back. */
export class DatabaseCheck {
  private currentProblem: string | null = NOT_YET;
  /**
   * When this timer runs out, the last successful check is no longer valid. A timer is necessary, because a database
   * that hangs causes no event.
   */
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  /** The reason why the database doesn't work reliably at the moment, or `null` if it works. */
  get problem(): string | null {
    return this.currentProblem;
  }

  /**
   * Runs a check and records its result. This method doesn't throw.
   * @param check writes to the database and reads the same value back. The check fails if this function throws or takes
   * too long.
   */
  async run(check: () => Promise<void>): Promise<void> {
    let isTooOld = false;
    const expiry = setTimeout(() => {
      isTooOld = true;
      if (this.expiry === expiry) this.fail(TOO_OLD);
    }, VALID_MS).unref();
    try {
      await check();
    } catch (error) {
      clearTimeout(expiry);
      clearTimeout(this.expiry);
      this.fail(FAILED, error);
      return;
    }
    clearTimeout(this.expiry);
    this.expiry = expiry;
    if (isTooOld) this.fail(TOO_OLD);
    else this.succeed();
  }

  stop(): void {
    clearTimeout(this.expiry);
  }

  private fail(problem: string, error?: unknown): void {
    if (this.currentProblem === problem) return;
    this.currentProblem = problem;
    this.logger.warn(error === undefined ? problem : `${problem} ${reasonOf(error)}`);
  }

  private succeed(): void {
    if (this.currentProblem !== null && this.currentProblem !== NOT_YET)
      this.logger.log('The database is confirming writes again.');
    this.currentProblem = null;
  }
}

/**
 * Returns the reason for the log. The message of an `unavailable` error is for clients, but its cause contains the
 * message from the database.
 */
const reasonOf = (error: unknown): string =>
  String(error instanceof Error && error.cause instanceof Error ? error.cause : error);
