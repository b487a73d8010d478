import Sqlite from 'libsql';

/** TypeORM's statements that begin and end transactions, and what runs instead. */
const CONTROL: Readonly<Record<string, string>> = {
  'BEGIN TRANSACTION': 'BEGIN IMMEDIATE',
  COMMIT: 'COMMIT',
  ROLLBACK: 'ROLLBACK',
};

/**
 * A connection whose transactions take the file's write lock when they begin. Trap: libsql never resets a prepared
 * statement that failed because of another process's lock, and then its connection can't commit any more. BEGIN
 * IMMEDIATE runs by `exec`, without a prepared statement, and once it has the lock no other statement can fail so.
 */
export class SqliteConnection extends Sqlite {
  override prepare: Sqlite.Database['prepare'] = (source: string) => {
    const control = CONTROL[source];
    return control === undefined ? super.prepare(source) : this.control(control);
  };

  /** The part of a statement that TypeORM uses. */
  private control(source: string) {
    const run = () => {
      this.exec(source);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run } as never;
  }
}
