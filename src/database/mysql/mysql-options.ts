import { isIP } from 'node:net';
import type { DatabaseAddress } from '../../settings/index.js';
import type { ConnectionUse } from '../options.js';
import { connectByAddress, preparedMysql } from './mysql-driver.js';

/** The time after which this service stops waiting for a query. The client's request then fails with `unavailable`. */
const QUERY_TIMEOUT_MS = 1_000;
/**
 * The time after which the database server stops a statement. It is shorter than `QUERY_TIMEOUT_MS`, so that the server
 * doesn't keep working on a query that nobody is waiting for.
 */
const STATEMENT_TIMEOUT_MS = 900;
/**
 * The time after which an idle connection sends its first TCP keep-alive packet. It is less than one minute, because
 * firewalls and servers may drop connections that are idle for longer.
 */
const KEEP_ALIVE_MS = 30_000;
const MAX_IDLE_MS = 50_000;
const POOL_SIZE = 10;

/** Returns TypeORM's options for a MySQL or MariaDB database. */
export function mysqlOptions(
  { kind, host, port, username, password, database, tls }: Exclude<DatabaseAddress, { kind: 'sqlite' }>,
  use: ConnectionUse,
) {
  const hasTimeout = use !== 'migrations';
  return {
    type: kind,
    driver: preparedMysql(hasTimeout ? STATEMENT_TIMEOUT_MS : 0),
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
    enableQueryTimeout: hasTimeout,
    ...(tls && { ssl: { rejectUnauthorized: true, verifyIdentity: true } }),
    extra: {
      queueLimit: 1_000,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // Caution: mysql2 closes idle connections only if `maxIdle` is below the pool size.
      maxIdle: POOL_SIZE - 1,
      idleTimeout: MAX_IDLE_MS,
      ...(tls && isIP(host) !== 0 && { stream: () => connectByAddress(host, port, KEEP_ALIVE_MS) }),
    },
  } as const;
}
