// Traps: TypeORM has one SQLite connection, on which overlapping transactions would become one. So writes queue, and
// reads have a connection of their own (WAL). After some errors (full disk, I/O, memory) SQLite rolls back by itself.
// And libsql never resets a statement that failed with SQLITE_BUSY: its connection keeps seeing the database as it was
// at that time.
import type Sqlite from 'libsql';
import type { DataSource, EntityManager } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { unavailable } from '../../common/errors/index.js';
import { Connections, runTransaction } from '../connections.js';
import { OutcomeUnknownError } from '../database.errors.js';
import { isIoError, isUnavailable } from '../driver-errors/driver-errors.js';
import type { SqliteCheckpointer } from './sqlite-checkpointer.js';
import type { SqliteFile } from './sqlite-file.js';
import type { SqliteLock } from './sqlite-lock.js';

/** The two connections of this process to its SQLite file. */
export class SqliteConnections extends Connections {
  private readonly writer: ReplaceableConnection;
  private readonly reader: ReplaceableConnection;
  private lastTurn: Promise<unknown> = Promise.resolve();

  constructor(
    writer: DataSource,
    reader: DataSource,
    private readonly file: SqliteFile,
    /** `null` for a command, which may share the file with a server. */
    private readonly lock: SqliteLock | null,
    private readonly checkpointer: SqliteCheckpointer | null = null,
  ) {
    super();
    this.writer = new ReplaceableConnection(writer);
    this.reader = new ReplaceableConnection(reader);
  }

  read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(this.reader, (dataSource) => query(dataSource.createQueryRunner().manager));
  }

  /** Transactions wait for their turn. */
  transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(() =>
      this.use(this.writer, (dataSource) => this.commit(dataSource, work)),
    );
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  dataVersion(): number {
    this.assertOwned();
    return this.writer.dataVersion();
  }

  async close(): Promise<void> {
    await this.checkpointer?.stop();
  }

  private assertOwned(): void {
    this.file.assertInPlace();
    this.lock?.assertHeld();
  }

  private async commit<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await runTransaction(dataSource.createQueryRunner(), work, isIoError);
    try {
      this.assertOwned();
    } catch (error) {
      throw OutcomeUnknownError.because(error);
    }
    this.checkpointer?.committed(this.file.logBytes);
    return result;
  }

  private async use<T>(
    connection: ReplaceableConnection,
    work: (dataSource: DataSource) => Promise<T>,
  ): Promise<T> {
    this.assertOwned();
    if (connection.isInDoubt) await connection.replace();
    try {
      return await work(connection.dataSource);
    } catch (error) {
      if (connection.hasOpenTransaction || isUnavailable(error))
        await connection.replace().catch(() => undefined);
      throw error;
    }
  }
}

/** A connection that can be opened anew under TypeORM's `DataSource`. */
class ReplaceableConnection {
  private replacement: Promise<void> | null = null;
  private replacements = 0;
  isInDoubt = false;

  constructor(readonly dataSource: DataSource) {}

  get hasOpenTransaction(): boolean {
    return this.driver.queryRunner?.isTransactionActive === true;
  }

  /** Replaces the connection, which stays in doubt until that succeeds. Throws `unavailable`. */
  replace(): Promise<void> {
    this.isInDoubt = true;
    this.replacement ??= this.reopen().finally(() => (this.replacement = null));
    return this.replacement;
  }

  /** Throws `unavailable` while the connection is in doubt. */
  dataVersion(): number {
    if (this.isInDoubt) throw unavailable(new Error('The connection to the SQLite file is in doubt'));
    try {
      const [row] = this.driver.databaseConnection.pragma('data_version') as [{ data_version: number }];
      // Each connection counts for itself. A new one must not repeat a number of the one before.
      return this.replacements * 2 ** 32 + row.data_version;
    } catch (error) {
      throw unavailable(error);
    }
  }

  private async reopen(): Promise<void> {
    const { driver } = this;
    const old = driver.databaseConnection;
    try {
      await driver.connect();
    } catch (error) {
      throw unavailable(error);
    }
    // The query runner keeps statements of the old connection.
    delete driver.queryRunner;
    this.replacements++;
    this.isInDoubt = false;
    // Trap: libsql closes a connection only after its last statement is gone. Until then an open transaction would keep
    // the file locked.
    try {
      if (old.inTransaction) old.exec('ROLLBACK');
    } finally {
      old.close();
    }
  }

  /** TypeORM types the connection as `any`. */
  private get driver() {
    return this.dataSource.driver as Omit<BetterSqlite3Driver, 'databaseConnection'> & {
      databaseConnection: Pick<Sqlite.Database, 'pragma' | 'inTransaction' | 'exec' | 'close'>;
    };
  }
}
