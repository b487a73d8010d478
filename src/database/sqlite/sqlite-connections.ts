// Trap: TypeORM uses one SQLite connection, and concurrent transactions on it would merge into one. So writes wait for
// each other, and reads use a second connection, which WAL mode allows.
// Trap: after some errors (full disk, I/O, memory) SQLite rolls back automatically.
// Trap: libsql never resets a statement that failed with SQLITE_BUSY. After that, the connection keeps reading an old
// snapshot.
import type Sqlite from 'libsql';
import type { DataSource, EntityManager } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { unavailable } from '../../common/errors/index.js';
import { Connections, runTransaction } from '../connections.js';
import { OutcomeUnknownError } from '../database.errors.js';
import { isSqliteIoError, isUnavailable } from '../driver-errors/driver-errors.js';
import type { SqliteCheckpointer } from './sqlite-checkpointer.js';
import type { SqliteFile } from './sqlite-file.js';
import type { SqliteLock } from './sqlite-lock.js';

/** The two connections of this process to its SQLite file. One is for writes and one is for reads. */
export class SqliteConnections extends Connections {
  private readonly writer: ReplaceableConnection;
  private readonly reader: ReplaceableConnection;
  private lastTransaction: Promise<unknown> = Promise.resolve();

  constructor(
    writer: DataSource,
    reader: DataSource,
    private readonly file: SqliteFile,
    /** The lock of the server. It is `null` for a command, which may use the file while a server uses it. */
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

  /** Runs one transaction at a time. */
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

  /** Throws `unavailable` if the file was replaced, or if another server has locked it. */
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

/** A connection of TypeORM that can be replaced while its `DataSource` stays the same. */
class ReplaceableConnection {
  private replacement: Promise<void> | null = null;
  private replacements = 0;
  /** Whether the connection must be replaced before it is used again. */
  isStale = false;

  constructor(readonly dataSource: DataSource) {}

  get hasOpenTransaction(): boolean {
    return this.driver.queryRunner?.isTransactionActive === true;
  }

  /** Opens a new connection. The old connection stays stale until this succeeds. Throws `unavailable`. */
  replace(): Promise<void> {
    this.isStale = true;
    this.replacement ??= this.reopen().finally(() => (this.replacement = null));
    return this.replacement;
  }

  /** Throws `unavailable` while the connection is stale. */
  dataVersion(): number {
    if (this.isStale) throw unavailable(new Error('The connection to the SQLite file must be replaced'));
    try {
      const [row] = this.driver.databaseConnection.pragma('data_version') as [{ data_version: number }];
      // Each connection has its own counter. The numbers of a new connection must differ from the numbers of the old
      // one.
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
    // The query runner contains statements of the old connection.
    delete driver.queryRunner;
    this.replacements++;
    this.isStale = false;
    // Trap: libsql closes a connection only after all its statements are freed. Until then, an open transaction would
    // keep the file locked.
    try {
      if (old.inTransaction) old.exec('ROLLBACK');
    } finally {
      old.close();
    }
  }

  /** TypeORM declares the connection as `any`, so this getter adds its type. */
  private get driver() {
    return this.dataSource.driver as Omit<BetterSqlite3Driver, 'databaseConnection'> & {
      databaseConnection: Pick<Sqlite.Database, 'pragma' | 'inTransaction' | 'exec' | 'close'>;
    };
  }
}
