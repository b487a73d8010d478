import Sqlite from 'libsql';

/** TypeORM's transaction statements, and the statements that replace them. */
const TRANSACTION_STATEMENTS: Readonly<Record<string, string>> = {
  'BEGIN TRANSACTION': 'BEGIN IMMEDIATE',
  COMMIT: 'COMMIT',
  ROLLBACK: 'ROLLBACK',
};

/**
 * A connection that takes the write lock at the beginning of each transaction. Caution: libsql never resets a prepared
 * statement that failed because another process had the lock. After such a failure, the connection can no longer
 * commit. On this connection, only BEGIN IMMEDIATE can fail for this reason. It runs with `exec`, which uses no
 * prepared statement.
 */
export class SqliteConnection extends Sqlite {
  override prepare: Sqlite.Database['prepare'] = (source: string) => {
    const replacement = TRANSACTION_STATEMENTS[source];
    return replacement === undefined ? super.prepare(source) : this.executable(replacement);
  };

  /** Returns an object with the part of a prepared statement's interface that TypeORM uses. */
  private executable(source: string) {
    const run = () => {
      this.exec(source);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run } as never;
  }
}
