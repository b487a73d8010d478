import type { EntityManager, QueryRunner } from 'typeorm';
import { OutcomeUnknownError } from './database.errors.js';
import { isConnectionLost } from './driver-errors/driver-errors.js';

/**
 * The connections to one kind of database: `MysqlConnections` or `SqliteConnections`. Both replace a connection as
 * soon as they can't be sure of its state.
 */
export abstract class Connections {
  /** Runs queries outside any transaction. */
  abstract read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T>;

  /** Tries a transaction once. Throws `OutcomeUnknownError` when nobody knows whether it was committed. */
  abstract transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /** On SQLite a number that changes with every commit of another process, `null` elsewhere. Throws `unavailable`. */
  abstract dataVersion(): number | null;

  /** Stops background work. Called before the connections are closed. */
  abstract close(): Promise<void>;
}

/**
 * Begins a transaction, runs the work and commits. If this throws and the runner's transaction is still active, its
 * connection is in an unknown state.
 * @param isUnknown whether a commit may have happened although it failed with this error.
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
    // On a lost connection the server rolls back by itself.
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

/** If the rollback fails, the transaction stays active, and so the caller replaces the connection. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.rollbackTransaction().catch(() => undefined);
}

/**
 * Makes the work fail with its first failed statement, even if the work catches that error. Trap: after some errors
 * (full disk, deadlock) the database has already rolled back, and would commit each later statement on its own.
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
