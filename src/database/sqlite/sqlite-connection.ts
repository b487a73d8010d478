import Sqlite from 'libsql';

/** What TypeORM begins and ends transactions with, and what is run instead. */
const CONTROL: Readonly<Record<string, string>> = {
  'BEGIN TRANSACTION': 'BEGIN IMMEDIATE',
  COMMIT: 'COMMIT',
  ROLLBACK: 'ROLLBACK',
};

/**
 * A connection whose transactions take the file's write lock as they begin. Trap: in libsql a prepared statement
 * that met another process's lock is never reset, and then no transaction of its connection can be committed any
 * more. `exec` leaves none behind, and what holds the lock meets no other.
 */
export class SqliteConnection extends Sqlite {
  override prepare: Sqlite.Database['prepare'] = (source: string) => {
    const control = CONTROL[source];
    return control === undefined ? super.prepare(source) : this.control(control);
  };

  /** The little of a statement that TypeORM uses. */
  private control(source: string) {
    const run = () => {
      this.exec(source);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run } as never;
  }
}
