import { Logger } from '@nestjs/common';

export type BeforeCommitHook = () => Promise<void>;
export type AfterCommitHook = () => void;

/**
 * The hooks of one attempt at a transaction, run in the order in which they were added. A hook may add further hooks.
 */
export class TransactionHooks {
  private readonly logger = new Logger('Database');
  readonly beforeCommit: BeforeCommitHook[] = [];
  readonly afterCommit: AfterCommitHook[] = [];

  async runBeforeCommit(): Promise<void> {
    for (const hook of this.beforeCommit) await hook();
  }

  /** The commit stands whatever a hook does, so an error is logged and the next hook runs. */
  runAfterCommit(): void {
    for (const hook of this.afterCommit) {
      try {
        hook();
      } catch (error) {
        this.logger.error('A hook failed after a commit', error);
      }
    }
  }
}
