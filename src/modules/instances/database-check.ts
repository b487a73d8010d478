import type { Logger } from '@nestjs/common';

/** The time for which a successful check is valid, from its start. */
const VALID_MS = 2_000;

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = `The database hasn't confirmed a write for over ${VALID_MS / 1_000} seconds.`;
const FAILED = "The database doesn't accept writes, or doesn't return them.";

/** Tracks whether the database has recently stored and returned a write of this process. */
export class DatabaseCheck {
  private currentProblem: string | null = NOT_YET;
  /** Ends the validity of the last check. A timer, because a database that hangs causes no event. */
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  /** The reason why the database can't be relied on at the moment, or `null`. */
  get problem(): string | null {
    return this.currentProblem;
  }

  /**
   * Runs a check and records its result. Doesn't throw.
   * @param check writes to the database and reads the write. It fails if it throws or takes too long.
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
      this.logger.log('The database confirms writes again.');
    this.currentProblem = null;
  }
}

/** The message of `unavailable` is for clients. Its cause contains the database's message. */
const reasonOf = (error: unknown): string =>
  String(error instanceof Error && error.cause instanceof Error ? error.cause : error);
