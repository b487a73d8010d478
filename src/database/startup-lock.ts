// Trap: TypeORM takes no lock for migrations, so of several processes that start together one would fail.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import Sqlite from 'libsql';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { AppConfig } from '../config/index.js';
import { isUnavailable } from './dialect.js';
import { databaseOptions } from './options.js';

const PATIENCE_SECONDS = 60;

/** Lets only one of several starting instances migrate and create the first admin at a time. */
export class StartupLock {
  private readonly logger = new Logger(StartupLock.name);

  private constructor(
    private readonly options: DataSourceOptions,
    private readonly sqliteFileLock: Sqlite.Database | null,
  ) {}

  /** On SQLite this also makes sure that no other server uses the file; it throws an error that says so. */
  static async open(config: Pick<AppConfig, 'database'>): Promise<StartupLock> {
    const { database } = config;
    const fileLock = database.kind === 'sqlite' ? await lockSqliteFile(database.path) : null;
    return new StartupLock(databaseOptions(config), fileLock);
  }

  /** Runs the work on a connection of its own, without the short query time-out, while others wait. */
  async run<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const dataSource = await this.connect();
    try {
      return this.sqliteFileLock ? await work(dataSource) : await withNamedLock(dataSource, work);
    } finally {
      await dataSource.destroy();
    }
  }

  release(): void {
    this.sqliteFileLock?.close();
  }

  /** A database that starts together with the server gets ten seconds to come up. */
  private async connect(): Promise<DataSource> {
    const options = { ...this.options, enableQueryTimeout: false } as DataSourceOptions;
    for (let attempt = 1; ; attempt++) {
      try {
        return await new DataSource(options).initialize();
      } catch (error) {
        if (attempt === 10 || !isUnavailable(error)) throw error;
        this.logger.warn('The database does not answer yet; trying again.');
        await sleep(1_000);
      }
    }
  }
}

/** A lock of MySQL belongs to its connection: the database frees it when this process dies. */
async function withNamedLock<T>(
  dataSource: DataSource,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const name = "LEFT(CONCAT('chameleon.start.', DATABASE()), 64)";
  const runner = dataSource.createQueryRunner();
  try {
    const rows: unknown = await runner.query(`SELECT GET_LOCK(${name}, ?) AS granted`, [PATIENCE_SECONDS]);
    const [row] = rows as { granted: number | string | null }[];
    if (Number(row?.granted) !== 1) throw new Error('Another instance has been starting for over a minute.');
    try {
      return await work(dataSource);
    } finally {
      await runner.query(`DO RELEASE_LOCK(${name})`);
    }
  } finally {
    await runner.release();
  }
}

/** Locks a file beside the database; the system frees it when this process dies. */
async function lockSqliteFile(path: string): Promise<Sqlite.Database> {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const lock = new Sqlite(`${path}.lock`, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      if (!isUnavailable(error)) throw error;
      // A server that is just stopping gets a moment.
      if (attempt === 5) throw new Error(inUse(path), { cause: error });
      await sleep(100);
    }
  }
}

const inUse = (path: string): string =>
  `Another server already uses the SQLite file ${path}. Stop it first, give this one another DATABASE_URL, ` +
  'or move to MySQL/MariaDB to run several servers.';
