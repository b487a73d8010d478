// What the errors of mysql2 and libsql mean to whoever asked.
import { QueryFailedError } from 'typeorm';
import { AppError } from '../../common/errors/index.js';

/** Not every driver's errors are instances of this module's `Error`, so only their members are looked at. */
const has = <Name extends string>(error: unknown, name: Name): error is Record<Name, unknown> =>
  typeof error === 'object' && error !== null && name in error;

/** The error of the driver or the system behind what TypeORM and this module made of it. */
export function rootOf(error: unknown): unknown {
  if (error instanceof QueryFailedError) return rootOf(error.driverError);
  if (error instanceof AppError && error.cause !== undefined) return rootOf(error.cause);
  return error;
}

/** Numbers that only MariaDB gives. mysql2 has no name for them. */
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

/** MySQL undid the transaction in favour of another one. */
const LOST_RACE = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

/** How long to wait before a transaction is tried again, or `null` when that would not help. */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  random: () => number = Math.random,
): number | null {
  const code = codeOf(error);
  if (LOST_RACE.has(code)) return attempt <= 3 ? random() * 20 * attempt : null;
  // Another process, such as a command line, writes to the same SQLite file.
  if (isBusy(error)) return attempt <= 40 ? 25 : null;
  return null;
}

export const isUniqueViolation = (error: unknown): boolean =>
  /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT(_UNIQUE|_PRIMARYKEY)?)$/.test(codeOf(error));

/** A row would refer to one that does not exist. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  /^(ER_NO_REFERENCED_ROW(_2)?|SQLITE_CONSTRAINT_FOREIGNKEY)$/.test(codeOf(error));

/** Another process holds the lock of the SQLite file. */
export const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY');

/** The disk below the SQLite file failed. */
export const isIoError = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_IOERR');

/** The server cannot be reached, or takes no more connections at the moment. */
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

/** What was asked may or may not have arrived. */
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

/** The server takes no writes: a replica, one that is being switched over, or a read-only session. */
const READ_ONLY = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
]);

/** The server answers, but cannot do it now. */
const CANNOT = new Set([
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

/** The connection is of no use any more, and nobody knows whether what was asked for was done. */
export const isConnectionLost = (error: unknown): boolean =>
  CONNECTION_LOST.has(codeOf(error)) || codeOf(error).startsWith('PROTOCOL_') || messageOf(error) === CLOSED;

export const isReadOnly = (error: unknown): boolean => READ_ONLY.has(codeOf(error));

/** The database cannot be reached, hangs, refuses connections or writes, or is full. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    isUnreachable(error) || CANNOT.has(code) || SQLITE_CANNOT.test(code) || POOL_ERRORS.has(messageOf(error))
  );
}
