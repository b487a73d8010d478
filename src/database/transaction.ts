import type { EntityManager, QueryRunner } from 'typeorm';
import { OutcomeUnknownError } from './database.errors.js';
import { isConnectionLost } from './driver-errors/driver-errors.js';
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

/**
 * Begins a transaction, runs the work and commits. If this function throws an error and the runner's transaction is
 * still active, the state of the connection is unknown. The caller must then replace the connection.
 * @param isOutcomeUnknown returns whether the database may have committed the transaction even though COMMIT failed
 * with the given error.
 */
export async function runTransaction<T>(
  runner: QueryRunner,
  work: (manager: EntityManager) => Promise<T>,
  isOutcomeUnknown: (error: unknown) => boolean,
): Promise<T> {
  await runner.startTransaction();
  let result: T;
  try {
    result = await failOnFirstError(runner, () => work(runner.manager));
  } catch (error) {
    // When the connection is lost, the server rolls back automatically.
    if (!isConnectionLost(error)) await rollBack(runner);
    throw error;
  }
  try {
    await runner.commitTransaction();
  } catch (error) {
    if (!isConnectionLost(error)) await rollBack(runner);
    throw isOutcomeUnknown(error) ? OutcomeUnknownError.because(error) : error;
  }
  return result;
}

/**
 * Rolls the transaction back. If the rollback fails, the transaction stays active, and the caller must replace the
 * connection.
 */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.rollbackTransaction().catch(() => undefined);
}

/**
 * Runs the work. If a statement fails, throws its error, even if the work catches that error. Caution: after some errors
 * (full disk, deadlock), the database has already rolled back the transaction. It would commit each later statement
 * separately.
 */
async function failOnFirstError<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const query = runner.query.bind(runner) as (...args: Parameters<QueryRunner['query']>) => Promise<never>;
  let failure: { error: unknown } | null = null;
  runner.query = async (...args: Parameters<QueryRunner['query']>) => {
    if (failure) throw failure.error;
    try {
      return await query(...args);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  try {
    const result = await work();
    if (failure) throw (failure as { error: unknown }).error;
    return result;
  } finally {
    runner.query = query as QueryRunner['query'];
  }
}
