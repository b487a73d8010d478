// Trap: TypeORM takes no lock for migrations, so of several processes that start together one would fail.
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

/** A database that starts together with the server gets this long to come up. */
const CONNECT_ATTEMPTS = 10;
const CONNECT_PAUSE_MS = 1_000;
/** How often a waiting start says what it waits for. */
const LOCK_TURN_SECONDS = 5;

/** Lets only one of several starting instances migrate and create the first admin at a time. */
export class StartupLock {
  private readonly logger = new Logger('Start');

  private constructor(
    private readonly settings: Pick<Settings, 'database'>,
    private readonly migrations: Migrations,
    /** Holds the embedded database's file for this server until `release`. */
    readonly sqliteLock: SqliteLock | null,
  ) {}

  /** Throws an error that says what to do when another server has the SQLite file. */
  static async open(settings: Pick<Settings, 'database'>, migrations: Migrations): Promise<StartupLock> {
    const { database } = settings;
    return new StartupLock(
      settings,
      migrations,
      database.kind === 'sqlite' ? await SqliteLock.take(database.path) : null,
    );
  }

  /**
   * Runs the work on a connection of its own, without the short query time-out, while others wait.
   * Throws an error that says what to do when the database cannot be used.
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

  /** A lock of MySQL belongs to its connection: the database frees it when this process dies. */
  private async withNamedLock<T>(
    dataSource: SchemaDataSource,
    work: (dataSource: SchemaDataSource) => Promise<T>,
  ): Promise<T> {
    const name = "LEFT(CONCAT('chameleon.start.', DATABASE()), 64)";
    const runner = dataSource.createQueryRunner();
    try {
      while (!(await this.isGranted(runner, name)))
        this.logger.warn('Waiting for another instance, which is starting or changing the tables.');
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
