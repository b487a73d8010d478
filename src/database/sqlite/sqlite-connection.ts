import Sqlite from 'libsql';

/** TypeORM's transaction statements, and the statements that replace them. */
const TRANSACTION_STATEMENTS: Readonly<Record<string, string>> = {
  'BEGIN TRANSACTION': 'BEGIN IMMEDIATE',
  COMMIT: 'COMMIT',
  ROLLBACK: 'ROLLBACK',
};

/**
 * A connection whose transactions acquire the write lock when they begin. Trap: libsql never resets a prepared
 * statement that failed because another process held the lock, and then the connection can't commit any more. Here only
 * BEGIN IMMEDIATE can fail in this way, and it runs with `exec`, which uses no prepared statement.
 */
export class SqliteConnection extends Sqlite {
  override prepare: Sqlite.Database['prepare'] = (source: string) => {
    const replacement = TRANSACTION_STATEMENTS[source];
    return replacement === undefined ? super.prepare(source) : this.executable(replacement);
  };

  /** The part of a prepared statement that TypeORM uses. */
  private executable(source: string) {
    const run = () => {
      this.exec(source);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run } as never;
  }
}
