// Caution: mysql2 escapes values in the client. This is safe only if the server interprets backslashes and character sets
// in the same way as mysql2. Other defaults of a server could break queries. So every session gets the same settings.
import { connect, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

const SETTINGS = [
  // The mode must not contain NO_BACKSLASH_ESCAPES or ANSI_QUOTES, because mysql2 doesn't escape values correctly in
  // those modes.
  "sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'autocommit = 1',
  "completion_type = 'NO_CHAIN'",
  "time_zone = '+00:00'",
  "default_storage_engine = 'InnoDB'",
  'foreign_key_checks = 1',
  'unique_checks = 1',
  'sql_auto_is_null = 0',
  'sql_safe_updates = 0',
  'sql_big_selects = 1',
  'sql_select_limit = 18446744073709551615',
  // In seconds. With a shorter time, the server would close a connection that waits for its next statement.
  'wait_timeout = 600',
];

/** The timeout of each statement that sets up a session. */
const TIMEOUT_MS = 1_000;

/**
 * Returns the SQL statements that set up a session. Only MariaDB executes the `M!` comment. Only MySQL executes the
 * `!50708` comment, whose limit applies only to SELECT.
 * @param statementTimeoutMs the maximum time for which the server executes a statement. 0 means no limit.
 */
const sessionStatements = (statementTimeoutMs: number): readonly string[] => [
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  `SET SESSION ${SETTINGS.join(', ')}` +
    ` /*M! , max_statement_time = ${statementTimeoutMs / 1_000} */` +
    ` /*!50708 , max_execution_time = ${statementTimeoutMs} */`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
];

/**
 * Returns a driver for TypeORM. It contains only `createPool`, because TypeORM uses no other function of mysql2. The
 * pool sets up each session before the first query of the session.
 */
export const preparedMysql = (statementTimeoutMs: number) => ({
  createPool: (options: PoolOptions): Pool => {
    const statements = sessionStatements(statementTimeoutMs);
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => prepare(connection, statements));
    return pool;
  },
});

/**
 * Runs the statements that set up a session. A connection executes statements in order, so these are executed before
 * any query. If one of them fails, the connection is destroyed.
 */
function prepare(connection: PoolConnection, statements: readonly string[]): void {
  for (const sql of statements)
    connection.query({ sql, timeout: TIMEOUT_MS }, (error) => {
      if (!error) return;
      new Logger('Database').warn(`A new database connection could not be set up: ${error.message}`);
      connection.destroy();
    });
}

/**
 * Connects to an IP address. Caution: if the host is an IP address, mysql2 does not pass it to TLS, so Node would compare
 * the certificate with `localhost`. Node reads the name to compare from `_host`.
 */
export const connectByAddress = (host: string, port: number, keepAliveMs: number): Socket =>
  Object.assign(connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }), {
    _host: host,
  });
