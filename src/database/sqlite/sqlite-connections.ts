// Caution: TypeORM uses one SQLite connection, on which concurrent transactions would merge into one. So writes wait for
// each other, and reads use a second connection. WAL mode lets reads run at the same time as a write.
// Caution: after some errors (full disk, I/O, memory), SQLite rolls the transaction back automatically.
// Caution: libsql never resets a statement that failed with SQLITE_BUSY. After such a failure, the connection keeps
// reading an old snapshot.
import type Sqlite from 'libsql';
import type { DataSource, EntityManager } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { unavailable } from '../../common/errors/index.js';
import { Connections } from '../connections.js';
import { runTransaction } from '../transaction.js';
import { OutcomeUnknownError } from '../database.errors.js';
import { isSqliteIoError, isUnavailable } from '../driver-errors/driver-errors.js';
import type { SqliteCheckpointer } from './sqlite-checkpointer.js';
import type { SqliteFile } from './sqlite-file.js';
import type { SqliteLock } from './sqlite-lock.js';

/** The two connections of this process to its SQLite file: one for writes and one for reads. */
export class SqliteConnections extends Connections {
  private readonly writer: ReplaceableConnection;
  private readonly reader: ReplaceableConnection;
  private lastTransaction: Promise<unknown> = Promise.resolve();

  constructor(
    writer: DataSource,
    reader: DataSource,
    private readonly file: SqliteFile,
    /** The server's lock on the file. It is `null` for a command, which may use the file while a server uses it. */
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

  /** Runs the transaction after all earlier transactions have ended. */
  transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const transaction = this.lastTransaction.then(() =>
      this.use(this.writer, (dataSource) => this.commit(dataSource, work)),
    );
    this.lastTransaction = transaction.catch(() => undefined);
    return transaction;
  }

  dataVersion(): number {
    this.assertExclusive();
    return this.writer.dataVersion();
  }

  async close(): Promise<void> {
    await this.checkpointer?.stop();
  }

  /** Throws `unavailable` if the file was deleted, replaced or emptied, or if another server has locked it. */
  private assertExclusive(): void {
    this.file.assertInPlace();
    this.lock?.assertHeld();
  }

  private async commit<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await runTransaction(dataSource.createQueryRunner(), work, isSqliteIoError);
    try {
      this.assertExclusive();
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
    this.assertExclusive();
    if (connection.isStale) await connection.replace();
    try {
      return await work(connection.dataSource);
    } catch (error) {
      if (connection.hasOpenTransaction || isUnavailable(error))
        await connection.replace().catch(() => undefined);
      throw error;
    }
  }
}

/** A TypeORM connection that can be closed and opened again while its `DataSource` object stays the same. */
class ReplaceableConnection {
  private replacement: Promise<void> | null = null;
  private replacements = 0;
  /** Whether the connection must be replaced before it is used again. */
  isStale = false;

  constructor(readonly dataSource: DataSource) {}

  get hasOpenTransaction(): boolean {
    return this.driver.queryRunner?.isTransactionActive === true;
  }

  /**
   * Replaces the connection with a new one. Until this has succeeded, the connection is stale. Throws `unavailable` if
   * the new connection can't be opened.
   */
  replace(): Promise<void> {
    this.isStale = true;
    this.replacement ??= this.reopen().finally(() => (this.replacement = null));
    return this.replacement;
  }

  /**
   * Returns a number that changes whenever another process commits. Throws `unavailable` if the connection is stale or
   * fails.
   */
  dataVersion(): number {
    if (this.isStale) throw unavailable(new Error('The connection to the SQLite file must be replaced'));
    try {
      const [row] = this.driver.databaseConnection.pragma('data_version') as [{ data_version: number }];
      // SQLite counts separately for each connection. The number of replacements is included, so that the numbers of a
      // new connection differ from the numbers of the old one.
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
    // TypeORM's query runner caches prepared statements of the old connection, so TypeORM must create a new one.
    delete driver.queryRunner;
    this.replacements++;
    this.isStale = false;
    // Caution: libsql closes a connection only after all its statements are freed. Until then, an open transaction would
    // keep the file locked, so it is rolled back first.
    try {
      if (old.inTransaction) old.exec('ROLLBACK');
    } finally {
      old.close();
    }
  }

  /** TypeORM declares the driver's connection as `any`. This getter adds its type. */
  private get driver() {
    return this.dataSource.driver as Omit<BetterSqlite3Driver, 'databaseConnection'> & {
      databaseConnection: Pick<Sqlite.Database, 'pragma' | 'inTransaction' | 'exec' | 'close'>;
    };
  }
}
