import type { EntityManager, QueryRunner } from 'typeorm';
import { OutcomeUnknownError } from './database.errors.js';
import { isConnectionLost } from './driver-errors/driver-errors.js';

/**
 * The connections of one kind of database: `MysqlConnections` or `SqliteConnections`.
 * Both take a connection out of use as soon as its state is in doubt.
 */
export abstract class Connections {
  /** Runs queries outside any transaction. */
  abstract read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T>;

  /** Tries a transaction once. Throws `OutcomeUnknownError` when nobody knows whether it was committed. */
  abstract transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /**
   * On SQLite a number that changes with every commit by another process, `null` elsewhere.
   * Throws `unavailable`.
   */
  abstract dataVersion(): number | null;

  /** Ends what works beside the connections, before they are closed. */
  abstract close(): Promise<void>;
}

/**
 * Begins a transaction, runs the work and commits. When this throws, a runner that says that its transaction is
 * still active has a connection in an unknown state.
 * @param isUnknown whether a commit that failed with this error may have happened all the same.
 */
export async function runTransaction<T>(
  runner: QueryRunner,
  work: (manager: EntityManager) => Promise<T>,
  isUnknown: (error: unknown) => boolean,
): Promise<T> {
  await runner.startTransaction();
  let result: T;
  try {
    result = await untilStatementFails(runner, () => work(runner.manager));
  } catch (error) {
    // On a lost connection there is nobody to tell: the server undoes the transaction itself.
    if (!isConnectionLost(error)) await rollBack(runner);
    throw error;
  }
  try {
    await runner.commitTransaction();
  } catch (error) {
    if (!isConnectionLost(error)) await rollBack(runner);
    throw isUnknown(error) ? OutcomeUnknownError.because(error) : error;
  }
  return result;
}

/** A rollback that fails leaves the runner's transaction active, and its connection is thrown away for that. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.rollbackTransaction().catch(() => undefined);
}

/**
 * Lets the first statement that fails end the work, even if the work catches the error. Trap: after some errors
 * (full disk, deadlock) the database has undone the transaction, and each later statement is committed alone.
 */
async function untilStatementFails<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
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
