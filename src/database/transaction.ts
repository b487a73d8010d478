import type { EntityManager } from 'typeorm';
import type { AfterCommitHook, BeforeCommitHook, TransactionHooks } from './transaction-hooks.js';

/** One attempt at a transaction. A retry gets a new `Transaction`, so the hooks of a failed attempt don't run. */
export class Transaction {
  constructor(
    readonly manager: EntityManager,
    private readonly hooks: TransactionHooks,
  ) {}

  /**
   * Runs the hook inside the transaction, after the work. If the hook throws an error, the transaction is rolled back.
   */
  beforeCommit(hook: BeforeCommitHook): void {
    this.hooks.beforeCommit.push(hook);
  }

  /** Runs the hook after the commit. The hook also runs if it isn't known whether the commit succeeded. */
  afterCommit(hook: AfterCommitHook): void {
    this.hooks.afterCommit.push(hook);
  }
}
