import Database from 'libsql';
import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import type { AppConfig } from '../config/index.js';
import { QueryLogger } from './query-logger.js';

/** A query that takes longer is given up and answered with `unavailable`. */
const QUERY_TIMEOUT_MS = 1_000;

/**
 * How to open the database, for the server, the migration command line and the tests alike.
 * @param entities none for the server, whose modules bring their own.
 */
export function databaseOptions(
  { database }: Pick<AppConfig, 'database'>,
  entities: DataSourceOptions['entities'] = [],
): DataSourceOptions {
  const common = {
    entities,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    logger: new QueryLogger(),
  } as const;
  if (database.kind === 'sqlite') {
    return {
      ...common,
      type: 'better-sqlite3',
      driver: Database,
      database: database.path,
      enableWAL: true,
      prepareDatabase: beginWithLock,
      // Waiting for another process's lock would block the event loop: the transaction runner waits instead.
      timeout: 0,
    };
  }
  const { kind, host, port, username, password, tls } = database;
  return {
    ...common,
    type: kind,
    host,
    port,
    username,
    password,
    database: database.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: QUERY_TIMEOUT_MS,
    poolSize: 10,
    maxQueryExecutionTime: QUERY_TIMEOUT_MS,
    enableQueryTimeout: true,
    ...(tls && { ssl: { rejectUnauthorized: true } }),
    extra: { queueLimit: 1_000 },
  };
}

/**
 * Makes every transaction take the file's write lock as it begins. Trap: in libsql a prepared statement that
 * met another process's lock is never reset, and then no transaction of its connection can be committed any
 * more. `exec` leaves none behind, and what holds the lock meets no other.
 */
function beginWithLock(connection: Database.Database): void {
  const prepare = connection.prepare.bind(connection);
  const begin = {
    reader: false,
    run: () => {
      connection.exec('BEGIN IMMEDIATE');
      return { changes: 0, lastInsertRowid: 0 };
    },
  } as unknown as Database.Statement;
  connection.prepare = ((source: string) =>
    source === 'BEGIN TRANSACTION' ? begin : prepare(source)) as typeof connection.prepare;
}
