// This file classifies errors that mysql2 and libsql throw.
import { QueryFailedError } from 'typeorm';
import { AppError } from '../../common/errors/index.js';

/**
 * Returns whether the error has the property. The class is not checked, because some driver errors are not instances of
 * the global `Error`.
 */
const hasProperty = <Name extends string>(error: unknown, name: Name): error is Record<Name, unknown> =>
  typeof error === 'object' && error !== null && name in error;

/**
 * Returns the original error of the driver or the operating system, which TypeORM and this service wrap in other
 * errors.
 */
function driverErrorOf(error: unknown): unknown {
  if (error instanceof QueryFailedError) return driverErrorOf(error.driverError);
  if (error instanceof AppError && error.cause !== undefined) return driverErrorOf(error.cause);
  return error;
}

/** The codes of MariaDB error numbers for which mysql2 has no name. */
const MARIADB_CODES: Readonly<Record<number, string>> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
};

/**
 * Returns the error's code, for example `ER_DUP_ENTRY`, `SQLITE_BUSY` or `ECONNREFUSED`. Returns an empty string if the
 * error has no code.
 */
export function errorCode(error: unknown): string {
  const root = driverErrorOf(error);
  const mariadbCode = hasProperty(root, 'errno') ? MARIADB_CODES[Number(root.errno)] : undefined;
  return mariadbCode ?? (hasProperty(root, 'code') ? String(root.code) : '');
}

export function errorMessage(error: unknown): string {
  const root = driverErrorOf(error);
  return hasProperty(root, 'message') ? String(root.message) : String(root);
}

/**
 * The codes of MySQL and MariaDB errors that mean that the transaction conflicted with another one. A retry can
 * succeed.
 */
const CONFLICT = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

/**
 * Returns how many milliseconds to wait before the failed transaction is retried, or `null` if it must not be retried.
 * @param attempt the number of the failed attempt, starting at 1.
 */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  random: () => number = Math.random,
): number | null {
  const code = errorCode(error);
  if (CONFLICT.has(code)) return attempt <= 3 ? random() * 20 * attempt : null;
  // This error means that another process, for example a command, is writing to the SQLite file.
  if (isSqliteBusy(error)) return attempt <= 40 ? 25 : null;
  return null;
}

export const isUniqueViolation = (error: unknown): boolean =>
  /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT(_UNIQUE|_PRIMARYKEY)?)$/.test(errorCode(error));

/** Returns whether a write failed because it refers to a row that does not exist. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  /^(ER_NO_REFERENCED_ROW(_2)?|SQLITE_CONSTRAINT_FOREIGNKEY)$/.test(errorCode(error));

/** Returns whether a statement failed because another process has locked the SQLite file. */
export const isSqliteBusy = (error: unknown): boolean => errorCode(error).startsWith('SQLITE_BUSY');

/** Returns whether an I/O operation on the SQLite file failed. */
export const isSqliteIoError = (error: unknown): boolean => errorCode(error).startsWith('SQLITE_IOERR');

/** The codes of errors that mean that the server can't be reached or doesn't accept more connections at the moment. */
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

/** The codes of errors that mean that the connection was lost. The statement may or may not have run. */
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

/** These mysql2 errors have no code. They are recognized by their messages. */
const CLOSED = "Can't add new command when connection is in closed state";
const POOL_ERRORS = new Set(['Queue limit reached.', 'Pool is closed.']);

/**
 * The codes of errors that mean that the server accepts no writes. The server may be a replica or in a failover, or the
 * session may be read-only.
 */
const READ_ONLY = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
]);

/** The codes of errors that mean that the server responds but can't run the statement at the moment. */
const STATEMENT_FAILED = new Set([
  ...CONFLICT,
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

const SQLITE_UNAVAILABLE =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM|INTERRUPT|PROTOCOL|CORRUPT|NOTADB|PERM|AUTH)/;

export const isUnreachable = (error: unknown): boolean =>
  UNREACHABLE.has(errorCode(error)) || isConnectionLost(error);

/** Returns whether the connection was lost. The statement may or may not have run in that case. */
export const isConnectionLost = (error: unknown): boolean =>
  CONNECTION_LOST.has(errorCode(error)) ||
  errorCode(error).startsWith('PROTOCOL_') ||
  errorMessage(error) === CLOSED;

export const isReadOnlyError = (error: unknown): boolean => READ_ONLY.has(errorCode(error));

/** Returns whether the database can't be reached, is too slow, is full, or rejects connections or writes. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  return (
    isUnreachable(error) ||
    STATEMENT_FAILED.has(code) ||
    SQLITE_UNAVAILABLE.test(code) ||
    POOL_ERRORS.has(errorMessage(error))
  );
}
