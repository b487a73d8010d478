import { Logger } from '@nestjs/common';

export type BeforeCommitHook = () => Promise<void>;
export type AfterCommitHook = () => void;

/**
 * The hooks of one attempt at a transaction. Hooks run in the order in which they were added, and may add other hooks.
 */
export class TransactionHooks {
  private readonly logger = new Logger('Database');
  readonly beforeCommit: BeforeCommitHook[] = [];
  readonly afterCommit: AfterCommitHook[] = [];

  async runBeforeCommit(): Promise<void> {
    for (const hook of this.beforeCommit) await hook();
  }

  /**
   * Runs the `afterCommit` hooks. If a hook fails, logs the error and runs the next one, because the transaction is
   * already committed.
   */
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
