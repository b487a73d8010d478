// Traps: mysql2 escapes values on the client, which is only safe while the server reads backslashes and characters
// as the client writes them; and any of a server's defaults may differ from those that the queries rely on.
import { connect, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

/** What every session relies on, whatever the server's defaults are. */
const SETTINGS = [
  // Without NO_BACKSLASH_ESCAPES and ANSI_QUOTES, with which text would end where mysql2 does not end it.
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

/** A server that does not answer these statements in time answers no others either. */
const TIMEOUT_MS = 1_000;

/**
 * The statements that begin a session.
 * @param statementTimeoutMs how long the server works on a statement, 0 for no bound. MariaDB reads what is in `M!`
 * comments only, MySQL what is in `!50708` comments, and bounds only SELECT.
 */
const sessionStatements = (statementTimeoutMs: number): readonly string[] => [
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  `SET SESSION ${SETTINGS.join(', ')}` +
    ` /*M! , max_statement_time = ${statementTimeoutMs / 1_000} */` +
    ` /*!50708 , max_execution_time = ${statementTimeoutMs} */`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
];

/** The part of mysql2 that TypeORM uses, with sessions that are prepared before their first query. */
export const preparedMysql = (statementTimeoutMs: number) => ({
  createPool: (options: PoolOptions): Pool => {
    const statements = sessionStatements(statementTimeoutMs);
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => prepare(connection, statements));
    return pool;
  },
});

/** They go first, as a connection works in order. One that fails ends the connection before anything else runs. */
function prepare(connection: PoolConnection, statements: readonly string[]): void {
  for (const sql of statements)
    connection.query({ sql, timeout: TIMEOUT_MS }, (error) => {
      if (!error) return;
      new Logger('Database').warn(`A connection could not be prepared: ${error.message}`);
      connection.destroy();
    });
}

/**
 * A connection to a server that is named by its address. Trap: for addresses mysql2 tells TLS no host, and Node then
 * compares the certificate with `localhost`, or with the name that it finds here.
 */
export const connectByAddress = (host: string, port: number, keepAliveMs: number): Socket =>
  Object.assign(connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }), {
    _host: host,
  });
