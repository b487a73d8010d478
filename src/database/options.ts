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
