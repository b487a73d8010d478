// Trap: TypeORM takes no lock for migrations, so processes that start together would migrate at the same time.
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Settings } from '../../settings/index.js';
import { isUnreachable } from '../driver-errors/driver-errors.js';
import { explain } from '../driver-errors/explain.js';
import { databaseOptions } from '../options.js';
import type { Migrations } from './migration.js';
import { SchemaDataSource } from './schema-data-source.js';
import { SqliteLock } from '../sqlite/sqlite-lock.js';

/** How long a database that starts together with the server may take. */
const CONNECT_ATTEMPTS = 10;
const CONNECT_PAUSE_MS = 1_000;
/** How often a waiting start logs what it waits for. */
const LOCK_TURN_SECONDS = 5;

/** Lets one starting instance at a time migrate and create the first admin. */
export class StartupLock {
  private readonly logger = new Logger('Start');

  private constructor(
    private readonly settings: Pick<Settings, 'database'>,
    private readonly migrations: Migrations,
    /** Keeps other servers away from the SQLite file until `release`; `null` on MySQL. */
    readonly sqliteLock: SqliteLock | null,
  ) {}

  /** Throws an error that says what to do if another server uses the SQLite file. */
  static async open(settings: Pick<Settings, 'database'>, migrations: Migrations): Promise<StartupLock> {
    const { database } = settings;
    return new StartupLock(
      settings,
      migrations,
      database.kind === 'sqlite' ? await SqliteLock.take(database.path) : null,
    );
  }

  /**
   * Runs the work on a connection of its own, without the short query timeout, while other instances wait.
   * Throws an error that says what to do if the database can't be used.
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
      throw explain(error, this.settings.database);
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
        this.logger.warn(`Waiting for the database: ${explain(error, this.settings.database).message}`);
        await sleep(CONNECT_PAUSE_MS);
      }
    }
  }

  /** The lock belongs to the connection, so the database frees it when this process dies. */
  private async withNamedLock<T>(
    dataSource: SchemaDataSource,
    work: (dataSource: SchemaDataSource) => Promise<T>,
  ): Promise<T> {
    const name = "LEFT(CONCAT('chameleon.start.', DATABASE()), 64)";
    const runner = dataSource.createQueryRunner();
    try {
      while (!(await this.isGranted(runner, name)))
        this.logger.warn('Waiting for another instance that is starting or migrating.');
      try {
        return await work(dataSource);
      } finally {
        await runner.query(`DO RELEASE_LOCK(${name})`);
      }
    } finally {
      await runner.release();
    }
  }

  private async isGranted(runner: { query: DataSource['query'] }, name: string): Promise<boolean> {
    const rows: unknown = await runner.query(`SELECT GET_LOCK(${name}, ?) AS granted`, [LOCK_TURN_SECONDS]);
    const [row] = rows as { granted: number | string | null }[];
    return Number(row?.granted) === 1;
  }
}
