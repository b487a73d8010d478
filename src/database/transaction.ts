import type { EntityManager } from 'typeorm';
import type { AfterCommitHook, BeforeCommitHook, TransactionHooks } from './transaction-hooks.js';

/** One attempt at a unit of work. A retry gets a new transaction, so hooks of an attempt that failed never run. */
export class Transaction {
  constructor(
    readonly manager: EntityManager,
    private readonly hooks: TransactionHooks,
  ) {}

  /** Runs the hook inside the transaction when the work is done. An error rolls the transaction back. */
  beforeCommit(hook: BeforeCommitHook): void {
    this.hooks.beforeCommit.push(hook);
  }

  /** Runs the hook after the commit, also when nobody knows whether the commit happened. */
  afterCommit(hook: AfterCommitHook): void {
    this.hooks.afterCommit.push(hook);
  }
}
