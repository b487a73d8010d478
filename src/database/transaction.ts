import type { EntityManager } from 'typeorm';
import type { AfterCommitHook, BeforeCommitHook, TransactionHooks } from './transaction-hooks.js';

/** One attempt at a unit of work. A retry gets a new transaction, so the hooks of a failed attempt don't run. */
export class Transaction {
  constructor(
    readonly manager: EntityManager,
    private readonly hooks: TransactionHooks,
  ) {}

  /** Runs the hook in the transaction, after the work. An error rolls the transaction back. */
  beforeCommit(hook: BeforeCommitHook): void {
    this.hooks.beforeCommit.push(hook);
  }

  /** Runs the hook after the commit, and also if the outcome of the commit is unknown. */
  afterCommit(hook: AfterCommitHook): void {
    this.hooks.afterCommit.push(hook);
  }
}
