// What the errors of mysql2 and libsql mean.
import { QueryFailedError } from 'typeorm';
import { AppError } from '../../common/errors/index.js';

/** Some drivers' errors are not instances of this realm's `Error`, so only their properties count. */
const has = <Name extends string>(error: unknown, name: Name): error is Record<Name, unknown> =>
  typeof error === 'object' && error !== null && name in error;

/** The error of the driver or the system inside the errors of TypeORM and this service. */
export function rootOf(error: unknown): unknown {
  if (error instanceof QueryFailedError) return rootOf(error.driverError);
  if (error instanceof AppError && error.cause !== undefined) return rootOf(error.cause);
  return error;
}

/** Numbers of MariaDB for which mysql2 has no name. */
const MARIADB_CODES: Readonly<Record<number, string>> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
};

/** Such as `ER_DUP_ENTRY`, `SQLITE_BUSY` or `ECONNREFUSED`; empty when there is none. */
export function codeOf(error: unknown): string {
  const root = rootOf(error);
  const ofMariadb = has(root, 'errno') ? MARIADB_CODES[Number(root.errno)] : undefined;
  return ofMariadb ?? (has(root, 'code') ? String(root.code) : '');
}

export function messageOf(error: unknown): string {
  const root = rootOf(error);
  return has(root, 'message') ? String(root.message) : String(root);
}

/** MySQL rolled the transaction back in favour of another one. */
const LOST_RACE = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

/** How long to wait before a retry of the transaction, or `null` if a retry would not help. */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  random: () => number = Math.random,
): number | null {
  const code = codeOf(error);
  if (LOST_RACE.has(code)) return attempt <= 3 ? random() * 20 * attempt : null;
  // Another process, such as a command, writes to the same SQLite file.
  if (isBusy(error)) return attempt <= 40 ? 25 : null;
  return null;
}

export const isUniqueViolation = (error: unknown): boolean =>
  /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT(_UNIQUE|_PRIMARYKEY)?)$/.test(codeOf(error));

/** A row refers to a row that does not exist. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  /^(ER_NO_REFERENCED_ROW(_2)?|SQLITE_CONSTRAINT_FOREIGNKEY)$/.test(codeOf(error));

/** Another process has locked the SQLite file. */
export const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY');

/** The disk failed under the SQLite file. */
export const isIoError = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_IOERR');

/** The server can't be reached, or accepts no more connections now. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_OUT_OF_RESOURCES',
]);

/** The statement may or may not have arrived. */
const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_CLIENT_INTERACTION_TIMEOUT',
]);

/** mysql2 gives these errors no code. */
const CLOSED = "Can't add new command when connection is in closed state";
const POOL_ERRORS = new Set(['Queue limit reached.', 'Pool is closed.']);

/** The server accepts no writes: a replica, a server during a failover, or a read-only session. */
const READ_ONLY = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
]);

/** The server responds, but can't run the statement now. */
const CANNOT_NOW = new Set([
  ...LOST_RACE,
  ...READ_ONLY,
  'ER_QUERY_INTERRUPTED',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_LOCK_TABLE_FULL',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_ERROR_ON_WRITE',
  'ER_GET_ERRNO',
  'ER_ERROR_DURING_COMMIT',
  'ER_BINLOG_STMT_MODE_AND_ROW_ENGINE',
  'ER_BINLOG_ROW_LOGGING_FAILED',
  'ER_MUST_CHANGE_PASSWORD',
]);

const SQLITE_CANNOT =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM|INTERRUPT|PROTOCOL|CORRUPT|NOTADB|PERM|AUTH)/;

export const isUnreachable = (error: unknown): boolean =>
  UNREACHABLE.has(codeOf(error)) || isConnectionLost(error);

/** The connection is broken, and nobody knows whether the statement ran. */
export const isConnectionLost = (error: unknown): boolean =>
  CONNECTION_LOST.has(codeOf(error)) || codeOf(error).startsWith('PROTOCOL_') || messageOf(error) === CLOSED;

export const isReadOnly = (error: unknown): boolean => READ_ONLY.has(codeOf(error));

/** The database can't be reached, hangs, refuses connections or writes, or is full. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    isUnreachable(error) ||
    CANNOT_NOW.has(code) ||
    SQLITE_CANNOT.test(code) ||
    POOL_ERRORS.has(messageOf(error))
  );
}
