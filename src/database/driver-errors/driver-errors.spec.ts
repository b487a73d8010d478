import { QueryFailedError } from 'typeorm';
import { NOT_FOUND, unavailable } from '../../common/errors/index.js';
import {
  errorCode,
  isSqliteBusy,
  isConnectionLost,
  isForeignKeyViolation,
  isSqliteIoError,
  isReadOnlyError,
  isUnavailable,
  isUniqueViolation,
  isUnreachable,
  errorMessage,
  retryDelayMs,
} from './driver-errors.js';

const failed = (code: string, members: object = {}) =>
  new QueryFailedError('SELECT 1', [], Object.assign(new Error('no'), { code, ...members }));

/**
 * The expected categories of each code: `u` unavailable, `r` unreachable, `l` connection lost, `o` read-only, `b` busy,
 * `i` I/O.
 */
const CODES: Record<string, string> = {
  ECONNREFUSED: 'ur',
  EHOSTUNREACH: 'ur',
  ENETUNREACH: 'ur',
  ENOTFOUND: 'ur',
  EAI_AGAIN: 'ur',
  ER_CON_COUNT_ERROR: 'ur',
  ER_TOO_MANY_USER_CONNECTIONS: 'ur',
  ER_USER_LIMIT_REACHED: 'ur',
  ER_OUT_OF_RESOURCES: 'ur',
  ECONNRESET: 'url',
  ECONNABORTED: 'url',
  EPIPE: 'url',
  ETIMEDOUT: 'url',
  ER_SERVER_SHUTDOWN: 'url',
  ER_NORMAL_SHUTDOWN: 'url',
  ER_CONNECTION_KILLED: 'url',
  ER_NEW_ABORTING_CONNECTION: 'url',
  ER_CLIENT_INTERACTION_TIMEOUT: 'url',
  PROTOCOL_CONNECTION_LOST: 'url',
  PROTOCOL_SEQUENCE_TIMEOUT: 'url',
  ER_OPTION_PREVENTS_STATEMENT: 'uo',
  ER_READ_ONLY_MODE: 'uo',
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'uo',
  ER_LOCK_DEADLOCK: 'u',
  ER_LOCK_WAIT_TIMEOUT: 'u',
  ER_CHECKREAD: 'u',
  ER_QUERY_INTERRUPTED: 'u',
  ER_QUERY_TIMEOUT: 'u',
  ER_STATEMENT_TIMEOUT: 'u',
  ER_LOCK_TABLE_FULL: 'u',
  ER_DISK_FULL: 'u',
  ER_RECORD_FILE_FULL: 'u',
  ER_ERROR_ON_WRITE: 'u',
  ER_GET_ERRNO: 'u',
  ER_ERROR_DURING_COMMIT: 'u',
  ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: 'u',
  ER_BINLOG_ROW_LOGGING_FAILED: 'u',
  ER_MUST_CHANGE_PASSWORD: 'u',
  SQLITE_BUSY: 'ub',
  SQLITE_BUSY_SNAPSHOT: 'ub',
  SQLITE_LOCKED: 'u',
  SQLITE_FULL: 'u',
  SQLITE_IOERR: 'ui',
  SQLITE_IOERR_FSYNC: 'ui',
  SQLITE_CANTOPEN: 'u',
  SQLITE_READONLY: 'u',
  SQLITE_NOMEM: 'u',
  SQLITE_INTERRUPT: 'u',
  SQLITE_PROTOCOL: 'u',
  SQLITE_CORRUPT: 'u',
  SQLITE_NOTADB: 'u',
  SQLITE_PERM: 'u',
  SQLITE_AUTH: 'u',
  SQLITE_ERROR: '',
  SQLITE_CONSTRAINT: '',
  SQLITE_CONSTRAINT_UNIQUE: '',
  ER_DUP_ENTRY: '',
  ER_PARSE_ERROR: '',
  NOT_SQLITE_BUSY: '',
  '': '',
};

it.each(Object.entries(CODES))('classifies %s', (code, categories) => {
  const error = failed(code);
  const predicates = {
    u: isUnavailable,
    r: isUnreachable,
    l: isConnectionLost,
    o: isReadOnlyError,
    b: isSqliteBusy,
    i: isSqliteIoError,
  };
  expect(
    Object.entries(predicates)
      .filter(([, matches]) => matches(error))
      .map(([letter]) => letter)
      .join(''),
  ).toBe(categories);
});

it('treats a command on a closed connection as a lost connection', () => {
  const error = new Error("Can't add new command when connection is in closed state");
  expect([isConnectionLost(error), isUnavailable(error)]).toEqual([true, true]);
});

it.each(['Queue limit reached.', 'Pool is closed.'])(
  'treats "%s" as unavailable, but not as a lost connection',
  (message) => {
    expect([isConnectionLost(new Error(message)), isUnavailable(new Error(message))]).toEqual([false, true]);
  },
);

it('distinguishes violations of unique and foreign keys', () => {
  const codes = [
    'ER_DUP_ENTRY',
    'SQLITE_CONSTRAINT',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    'ER_NO_REFERENCED_ROW',
    'ER_NO_REFERENCED_ROW_2',
    'SQLITE_CONSTRAINT_FOREIGNKEY',
    'SQLITE_CONSTRAINT_NOTNULL',
    'SQLITE_FULL',
  ];
  expect(codes.filter((code) => isUniqueViolation(failed(code)))).toEqual(codes.slice(0, 4));
  expect(codes.filter((code) => isForeignKeyViolation(failed(code)))).toEqual(codes.slice(4, 7));
});

it("finds the driver's error inside errors of TypeORM and the service, even if it is no instance of Error", () => {
  const driverError = { code: 'ER_DUP_ENTRY', message: 'twice' };
  const wrapped = unavailable(new QueryFailedError('INSERT', [], driverError as unknown as Error));
  expect([errorCode(wrapped), errorMessage(wrapped)]).toEqual(['ER_DUP_ENTRY', 'twice']);
  expect([errorCode(NOT_FOUND.create()), errorMessage('text'), errorCode(null)]).toEqual(['', 'text', '']);
});

it('knows error numbers that only MariaDB has', () => {
  expect(errorCode(failed('UNKNOWN', { errno: 1927 }))).toBe('ER_CONNECTION_KILLED');
  expect(errorCode(failed('UNKNOWN', { errno: 1969 }))).toBe('ER_STATEMENT_TIMEOUT');
  expect(errorCode(failed('ER_PARSE_ERROR', { errno: 1064 }))).toBe('ER_PARSE_ERROR');
});

it('retries a transaction three times after a conflict, with growing delays', () => {
  const delays = [1, 2, 3, 4].map((attempt) => retryDelayMs(failed('ER_LOCK_DEADLOCK'), attempt, () => 0.5));
  expect(delays).toEqual([10, 20, 30, null]);
  for (const code of ['ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'])
    expect(retryDelayMs(failed(code), 1, () => 1)).toBe(20);
});

it('retries for a second while another process has locked the SQLite file', () => {
  const busy = failed('SQLITE_BUSY');
  expect([1, 40, 41].map((attempt) => retryDelayMs(busy, attempt))).toEqual([25, 25, null]);
});

it('retries no other errors', () => {
  for (const code of ['ER_DUP_ENTRY', 'ECONNRESET', 'SQLITE_FULL', ''])
    expect(retryDelayMs(failed(code), 1)).toBeNull();
});
