// Caution: TypeORM doesn't lock the database while it runs migrations. Without this lock, instances that start at the same
// time would run migrations concurrently.
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Settings } from '../../settings/index.js';
import { isUnreachable } from '../driver-errors/driver-errors.js';
import { explainDatabaseError } from '../driver-errors/explain-database-error.js';
import { databaseOptions } from '../options.js';
import type { Migrations } from './migration.js';
import { SchemaDataSource } from './schema-data-source.js';
import { SqliteLock } from '../sqlite/sqlite-lock.js';

/** The number of attempts to connect. The database may start at the same time as this server and need some time. */
const CONNECT_ATTEMPTS = 10;
const CONNECT_PAUSE_MS = 1_000;
/** The interval at which this instance logs that it is still waiting for the lock. */
const LOCK_WAIT_SECONDS = 5;
/**
 * The interval at which the connection with the lock sends a query. Proxies close connections that are idle, many of
 * them after one minute, and a migration can take longer.
 */
const KEEP_ALIVE_MS = 1_000;

/** Lets only one instance at a time migrate the database and create the first admin. */
export class StartupLock {
  private readonly logger = new Logger('Start');

  private constructor(
    private readonly settings: Pick<Settings, 'database'>,
    private readonly migrations: Migrations,
    /**
     * The lock that keeps other servers from using the SQLite file until `release` is called. It is `null` on MySQL.
     */
    readonly sqliteLock: SqliteLock | null,
  ) {}

  /**
   * Creates the startup lock. On SQLite, also locks the database file. Throws an error that explains the fix if another
   * server already uses the file.
   */
  static async open(settings: Pick<Settings, 'database'>, migrations: Migrations): Promise<StartupLock> {
    const { database } = settings;
    return new StartupLock(
      settings,
      migrations,
      database.kind === 'sqlite' ? await SqliteLock.take(database.path) : null,
    );
  }

  /**
   * Runs the work while other instances wait. The work gets a separate connection without a query timeout. Throws an
   * error that explains the fix if the database can't be used.
   */
  async run<T>(work: (dataSource: SchemaDataSource) => Promise<T>): Promise<T> {
    try {
      const dataSource = await this.connect();
      try {
        return this.sqliteLock ? await work(dataSource) : await this.withNamedLock(dataSource, work);
      } finally {
        await dataSource.destroy();
      }
    } catch (error) {
      throw explainDatabaseError(error, this.settings.database);
    }
  }

  release(): void {
    this.sqliteLock?.release();
  }

  private async connect(): Promise<SchemaDataSource> {
    const options = databaseOptions(this.settings, 'migrations', { migrations: this.migrations });
    for (let attempt = 1; ; attempt++) {
      const dataSource = new SchemaDataSource(options);
      try {
        await dataSource.initialize();
        return dataSource;
      } catch (error) {
        if (attempt === CONNECT_ATTEMPTS || !isUnreachable(error)) throw error;
        this.logger.warn(
          `Waiting for the database: ${explainDatabaseError(error, this.settings.database).message}`,
        );
        await sleep(CONNECT_PAUSE_MS);
      }
    }
  }

  /**
   * Runs the work while this process has a named lock of the database server. The lock belongs to the connection, so
   * the server releases it if this process dies.
   */
  private async withNamedLock<T>(
    dataSource: SchemaDataSource,
    work: (dataSource: SchemaDataSource) => Promise<T>,
  ): Promise<T> {
    const name = "LEFT(CONCAT('chameleon.start.', DATABASE()), 64)";
    const runner = dataSource.createQueryRunner();
    try {
      while (!(await this.isGranted(runner, name)))
        this.logger.warn('Waiting for another instance to finish starting or migrating the database.');
      const keepAlive = setInterval(() => {
        runner
          .query('DO 1')
          .catch((error: Error) => this.logger.error(`The startup lock was lost: ${error.message}`));
      }, KEEP_ALIVE_MS);
      try {
        return await work(dataSource);
      } finally {
        clearInterval(keepAlive);
        await runner.query(`DO RELEASE_LOCK(${name})`);
      }
    } finally {
      await runner.release();
    }
  }

  private async isGranted(runner: { query: DataSource['query'] }, name: string): Promise<boolean> {
    const rows: unknown = await runner.query(`SELECT GET_LOCK(${name}, ?) AS granted`, [LOCK_WAIT_SECONDS]);
    const [row] = rows as { granted: number | string | null }[];
    return Number(row?.granted) === 1;
  }
}
