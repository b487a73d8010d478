// Traps: mysql2 escapes values on the client, which is safe only if the server reads backslashes and characters in the
// same way. And a server's defaults may differ from what the queries rely on.
import { connect, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

/** Set in every session, whatever the server's defaults are. */
const SETTINGS = [
  // Without NO_BACKSLASH_ESCAPES and ANSI_QUOTES: mysql2 escapes text as if they were off.
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

/** A server that doesn't respond to these statements in time won't respond to others either. */
const TIMEOUT_MS = 1_000;

/**
 * The statements that begin a session.
 * @param statementTimeoutMs how long the server may work on a statement, 0 for no limit. Only MariaDB runs `M!`
 * comments, and only MySQL runs this `!50708` comment, which limits SELECT alone.
 */
const sessionStatements = (statementTimeoutMs: number): readonly string[] => [
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  `SET SESSION ${SETTINGS.join(', ')}` +
    ` /*M! , max_statement_time = ${statementTimeoutMs / 1_000} */` +
    ` /*!50708 , max_execution_time = ${statementTimeoutMs} */`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
];

/** The part of mysql2 that TypeORM uses. Prepares each session before its first query. */
export const preparedMysql = (statementTimeoutMs: number) => ({
  createPool: (options: PoolOptions): Pool => {
    const statements = sessionStatements(statementTimeoutMs);
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => prepare(connection, statements));
    return pool;
  },
});

/** A connection runs statements in order, so these come first. If one fails, the connection ends before any other. */
function prepare(connection: PoolConnection, statements: readonly string[]): void {
  for (const sql of statements)
    connection.query({ sql, timeout: TIMEOUT_MS }, (error) => {
      if (!error) return;
      new Logger('Database').warn(`A connection could not be prepared: ${error.message}`);
      connection.destroy();
    });
}

/**
 * A connection to an IP address. Trap: mysql2 passes no host to TLS then, and Node would compare the certificate with
 * `localhost`. Node takes the host from `_host`.
 */
export const connectByAddress = (host: string, port: number, keepAliveMs: number): Socket =>
  Object.assign(connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }), {
    _host: host,
  });
