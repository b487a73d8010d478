// Trap: mysql2 escapes values in the client. That is safe only if the server interprets backslashes and character sets
// in the same way. The defaults of a server may also break queries. So every session gets the same settings.
import { connect, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

const SETTINGS = [
  // The mode must not contain NO_BACKSLASH_ESCAPES or ANSI_QUOTES, because the escaping of mysql2 is wrong with them.
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
];

/** The timeout of the statements that set up a session. */
const TIMEOUT_MS = 1_000;

/**
 * Returns the first statements of a session. Only MariaDB executes the `M!` comment. Only MySQL executes the `!50708`
 * comment, and its limit applies only to SELECT.
 * @param statementTimeoutMs the server's limit for the execution time of a statement. 0 means no limit.
 */
const sessionStatements = (statementTimeoutMs: number): readonly string[] => [
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  `SET SESSION ${SETTINGS.join(', ')}` +
    ` /*M! , max_statement_time = ${statementTimeoutMs / 1_000} */` +
    ` /*!50708 , max_execution_time = ${statementTimeoutMs} */`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
];

/** Creates the part of mysql2 that TypeORM uses. It sets up each session before the first query of the session. */
export const preparedMysql = (statementTimeoutMs: number) => ({
  createPool: (options: PoolOptions): Pool => {
    const statements = sessionStatements(statementTimeoutMs);
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => prepare(connection, statements));
    return pool;
  },
});

/**
 * Sets up a session. A connection runs its statements in order, so these run first. If one of them fails, the
 * connection is destroyed.
 */
function prepare(connection: PoolConnection, statements: readonly string[]): void {
  for (const sql of statements)
    connection.query({ sql, timeout: TIMEOUT_MS }, (error) => {
      if (!error) return;
      new Logger('Database').warn(`A connection could not be prepared: ${error.message}`);
      connection.destroy();
    });
}

/**
 * Connects to an IP address. Trap: mysql2 does not pass an IP address to TLS as the host name, so Node would compare
 * the certificate with `localhost`. Node reads the host name from `_host`.
 */
export const connectByAddress = (host: string, port: number, keepAliveMs: number): Socket =>
  Object.assign(connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }), {
    _host: host,
  });
