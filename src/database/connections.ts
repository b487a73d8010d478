import type { EntityManager } from 'typeorm';

/**
 * The connections to the database. The implementations are `MysqlConnections` and `SqliteConnections`. They replace a
 * connection when its state is unknown.
 */
export abstract class Connections {
  /** Runs queries without a transaction. */
  abstract read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T>;

  /**
   * Runs the work in a transaction, without retries. Throws `OutcomeUnknownError` if it isn't known whether the
   * transaction was committed.
   */
  abstract transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /**
   * Returns a number that changes whenever another process commits to the SQLite file. Returns `null` on MySQL. Throws
   * `unavailable` if the SQLite file can't be used.
   */
  abstract dataVersion(): number | null;

  /** Stops background work. This method is called before the connections are closed. */
  abstract close(): Promise<void>;
}
