import type { Logger } from '@nestjs/common';

/** A proof says nothing about what comes more than this long after its begin. */
const VALID_MS = 2_000;

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = `The database hasn't confirmed a write for over ${VALID_MS / 1_000} seconds.`;
const FAILED = "The database doesn't take writes, or doesn't show them.";

/** Whether the database has lately taken a write of this process and shown it. */
export class DatabaseProof {
  private state: string | null = NOT_YET;
  /** Ends the validity of the last proof. A timer notices also when nothing is answered any more. */
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  /** Why the database can't be relied on now, or `null`. */
  get problem(): string | null {
    return this.state;
  }

  /** Runs a proof that writes and reads; it fails when that throws or takes too long. Never throws. */
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

/** Clients are told little about a database that is away; its own words stand in the cause. */
const reasonOf = (error: unknown): string =>
  String(error instanceof Error && error.cause instanceof Error ? error.cause : error);
