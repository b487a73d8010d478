import { isIP } from 'node:net';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/index.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { connectByAddress, preparedMysql } from './mysql-driver.js';
import { QueryLogger } from './query-logger.js';
import { CHECKPOINT_AT_LAST_PAGES } from './sqlite-checkpointer.js';
import { SqliteConnection } from './sqlite-connection.js';

/** A query that takes longer is given up and answered with `unavailable`. */
const QUERY_TIMEOUT_MS = 1_000;
/** A little sooner the server itself stops, so that it does not go on for nobody. */
const STATEMENT_TIMEOUT_MS = 900;
/** How long each of the 40 tries of a command's transaction waits for the server's write lock: 5 s with the pauses. */
const COMMAND_PATIENCE_MS = 100;
/** How long a migration waits for another process's write lock on the SQLite file. */
const SQLITE_PATIENCE_MS = 10_000;
/** Firewalls and servers drop connections that were idle for a minute or more. */
const KEEP_ALIVE_MS = 30_000;
const MAX_IDLE_MS = 50_000;
const POOL_SIZE = 10;

/** `calls` serves requests and bounds each query, `commands` too; `migrations` may take as long as they need. */
export type DatabaseUse = 'calls' | 'commands' | 'migrations';

const SQLITE_TIMEOUT_MS: Readonly<Record<DatabaseUse, number>> = {
  // Waiting for another process's lock blocks the event loop: a server waits in the transaction runner instead.
  calls: 0,
  commands: COMMAND_PATIENCE_MS,
  migrations: SQLITE_PATIENCE_MS,
};

/**
 * How to open the database, for the server, the migration command line and the tests alike.
 * @param entities none for the server, whose modules bring their own.
 */
export function databaseOptions(
  { database }: Pick<Settings, 'database'>,
  entities: DataSourceOptions['entities'] = [],
  use: DatabaseUse = 'calls',
): DataSourceOptions {
  const isBounded = use !== 'migrations';
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
      driver: SqliteConnection,
      database: database.path,
      enableWAL: true,
      timeout: SQLITE_TIMEOUT_MS[use],
      ...(isBounded && {
        prepareDatabase: (connection: SqliteConnection): void => {
          connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_AT_LAST_PAGES}`);
        },
      }),
    };
  }
  const { kind, host, port, username, password, tls } = database;
  return {
    ...common,
    type: kind,
    driver: preparedMysql(isBounded ? STATEMENT_TIMEOUT_MS : 0),
    host,
    port,
    username,
    password,
    database: database.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: QUERY_TIMEOUT_MS,
    poolSize: POOL_SIZE,
    maxQueryExecutionTime: QUERY_TIMEOUT_MS,
    enableQueryTimeout: isBounded,
    ...(tls && { ssl: { rejectUnauthorized: true, verifyIdentity: true } }),
    extra: {
      queueLimit: 1_000,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // Trap: mysql2 closes idle connections only where fewer may be idle than open.
      maxIdle: POOL_SIZE - 1,
      idleTimeout: MAX_IDLE_MS,
      ...(tls && isIP(host) !== 0 && { stream: () => connectByAddress(host, port, KEEP_ALIVE_MS) }),
    },
  };
}
