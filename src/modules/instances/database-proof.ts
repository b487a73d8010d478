import type { Logger } from '@nestjs/common';

/** How long a proof is valid, counted from its start. */
const VALID_MS = 2_000;

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = `The database hasn't confirmed a write for over ${VALID_MS / 1_000} seconds.`;
const FAILED = "The database doesn't accept writes, or doesn't return them.";

/** Whether the database has recently accepted a write of this process and returned it. */
export class DatabaseProof {
  private state: string | null = NOT_YET;
  /** Ends the last proof. A timer, because a database that hangs causes no other event. */
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  /** Why the database can't be relied on now, or `null`. */
  get problem(): string | null {
    return this.state;
  }

  /** Runs a proof, which writes and reads. It fails if it throws or takes too long. Never throws itself. */
  async run(prove: () => Promise<void>): Promise<void> {
    let isTooOld = false;
    const expiry = setTimeout(() => {
      isTooOld = true;
      if (this.expiry === expiry) this.fail(TOO_OLD);
    }, VALID_MS).unref();
    try {
      await prove();
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
    if (this.state === problem) return;
    this.state = problem;
    this.logger.warn(error === undefined ? problem : `${problem} ${reasonOf(error)}`);
  }

  private succeed(): void {
    if (this.state !== null && this.state !== NOT_YET) this.logger.log('The database confirms writes again.');
    this.state = null;
  }
}

/** An `unavailable` says little, for clients. The database's own message is in its cause. */
const reasonOf = (error: unknown): string =>
  String(error instanceof Error && error.cause instanceof Error ? error.cause : error);
