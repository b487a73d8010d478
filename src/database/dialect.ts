// What MySQL/MariaDB and SQLite do differently, in one place.
import {
  QueryFailedError,
  type DataSource,
  type EntityManager,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';

export const isSqlite = (dataSource: Pick<DataSource, 'options'>): boolean =>
  dataSource.options.type === 'better-sqlite3';

/** Keeps the selected rows from changing until the transaction ends. SQLite has one writer anyway. */
export function forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
  return isSqlite(query.connection) ? query : query.setLock('pessimistic_write');
}

/**
 * The condition of a list, sorted by this column first, that it has the value of the parameter. Trap: given an
 * equality, MariaDB finds the rows by it alone and then reads all that come before the page, 0.8 s in the middle of
 * half a million; a range of one value lets it begin where the page does. SQLite needs the equality for the same.
 */
export const sameValue = (
  manager: Pick<EntityManager, 'connection'>,
  column: string,
  parameter: string,
): string =>
  isSqlite(manager.connection)
    ? `${column} = ${parameter}`
    : `${column} >= ${parameter} AND ${column} <= ${parameter}`;

/** Sorts after every other character, on both: code points are compared. */
const LAST_CHARACTER = '\u{10FFFF}';

/** The bounds between which all texts lie that begin with `start`. Needs no wildcards and can use an index. */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});

/** Adds to the counters of rows; those that are missing begin with what is added. Names are ours, never a caller's. */
export async function addToCounters(
  manager: EntityManager,
  table: string,
  names: { readonly keys: readonly string[]; readonly counters: readonly string[] },
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = [...names.keys, ...names.counters];
  const places = `(${columns.map(() => '?').join(', ')})`;
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => places).join(', ')}`;
  const sums = (added: (counter: string) => string) =>
    names.counters.map((counter) => `${counter} = ${table}.${counter} + ${added(counter)}`).join(', ');
  const merge = isSqlite(manager.connection)
    ? `ON CONFLICT (${names.keys.join(', ')}) DO UPDATE SET ${sums((counter) => `excluded.${counter}`)}`
    : `ON DUPLICATE KEY UPDATE ${sums((counter) => `VALUES(${counter})`)}`;
  await manager.query(`${insert} ${merge}`, rows.flat());
}

/** Not every driver's errors are instances of this module's `Error`, so only their members are looked at. */
const has = <Name extends string>(error: unknown, name: Name): error is Record<Name, unknown> =>
  typeof error === 'object' && error !== null && name in error;

function codeOf(error: unknown): string {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return has(cause, 'code') ? String(cause.code) : '';
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
  if (code.startsWith('SQLITE_BUSY')) return attempt <= 40 ? 25 : null;
  return null;
}

export const isUniqueViolation = (error: unknown): boolean =>
  /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT(_UNIQUE|_PRIMARYKEY)?)$/.test(codeOf(error));

const UNAVAILABLE_CODES = new Set([
  ...LOST_RACE,
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_QUERY_INTERRUPTED',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_CONNECTION_KILLED',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
]);

/** mysql2 gives these errors no code. */
const UNAVAILABLE_MESSAGES = new Set([
  'Queue limit reached.',
  'Pool is closed.',
  "Can't add new command when connection is in closed state",
]);

/** The database cannot be reached, hangs, refuses connections, or is full. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE_CODES.has(code) || code.startsWith('PROTOCOL_')) return true;
  if (/^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY)/.test(code)) return true;
  return has(error, 'message') && UNAVAILABLE_MESSAGES.has(String(error.message));
}
