import { isIP } from 'node:net';
import type { DatabaseAddress } from '../../settings/index.js';
import type { DatabaseUse } from '../options.js';
import { connectByAddress, preparedMysql } from './mysql-driver.js';

/** A query that takes longer is given up, and the client gets `unavailable`. */
const QUERY_TIMEOUT_MS = 1_000;
/** The server stops a little sooner, so that it doesn't go on for nobody. */
const STATEMENT_TIMEOUT_MS = 900;
/** Firewalls and servers drop connections that were idle for a minute or more. */
const KEEP_ALIVE_MS = 30_000;
const MAX_IDLE_MS = 50_000;
const POOL_SIZE = 10;

/** How TypeORM opens a MySQL or MariaDB database. */
export function mysqlOptions(
  { kind, host, port, username, password, database, tls }: Exclude<DatabaseAddress, { kind: 'sqlite' }>,
  use: DatabaseUse,
) {
  const isBounded = use !== 'migrations';
  return {
    type: kind,
    driver: preparedMysql(isBounded ? STATEMENT_TIMEOUT_MS : 0),
    host,
    port,
    username,
    password,
    database,
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
  } as const;
}
