import type { DatabaseAddress } from '../../settings/index.js';
import { explainDatabaseError } from './explain-database-error.js';

const FILE: DatabaseAddress = { kind: 'sqlite', path: '/data/chameleon.db' };
const SERVER = {
  kind: 'mariadb',
  host: 'db.example',
  port: 3307,
  username: 'ada',
  password: 'secret',
  database: 'keys',
  tls: false,
} as DatabaseAddress;

const failed = (code: string, message = 'no') => Object.assign(new Error(message), { code });
const explain = (error: unknown, address: DatabaseAddress) => explainDatabaseError(error, address).message;

it.each<[string, RegExp]>([
  ['ECONNREFUSED', /^No database server is listening at db\.example:3307\./],
  ['ENOTFOUND', /^The host name db\.example cannot be found\./],
  ['EAI_AGAIN', /db\.example cannot be resolved/],
  ['ER_ACCESS_DENIED_ERROR', /rejected the user name ada or its password/],
  ['ER_ACCESS_DENIED_NO_PASSWORD_ERROR', /the user ada to connect over the network/],
  ['ER_DBACCESS_DENIED_ERROR', /ada has no access to the database keys/],
  ['ER_BAD_DB_ERROR', /The database keys does not exist/],
  ['ER_HOST_NOT_PRIVILEGED', /does not accept connections from this machine/],
  ['ER_HOST_IS_BLOCKED', /FLUSH HOSTS/],
  ['ER_CON_COUNT_ERROR', /max_connections/],
  ['ER_TOO_MANY_USER_CONNECTIONS', /max_user_connections/],
  ['ER_USER_LIMIT_REACHED', /max_user_connections/],
  ['ER_ACCOUNT_HAS_BEEN_LOCKED', /account ada is locked/],
  ['ER_MUST_CHANGE_PASSWORD', /password of the database user ada has expired/],
  ['ER_MUST_CHANGE_PASSWORD_LOGIN', /password of the database user ada has expired/],
  ['ER_SECURE_TRANSPORT_REQUIRED', /Add \?tls=true/],
  ['HANDSHAKE_NO_SSL_SUPPORT', /remove \?tls=true/],
  ['ER_OPTION_PREVENTS_STATEMENT', /read-only\. It may be a replica/],
  ['ER_BINLOG_STMT_MODE_AND_ROW_ENGINE', /binlog_format/],
  ['ER_TABLEACCESS_DENIED_ERROR', /is not allowed to create or change tables/],
  ['ER_UNKNOWN_STORAGE_ENGINE', /does not have the InnoDB storage engine/],
  ['AUTH_SWITCH_PLUGIN_ERROR', /ada uses an authentication plugin.*\(no\)/],
  [
    'PROTOCOL_CONNECTION_LOST',
    /^db\.example:3307 did not respond like a MySQL .*\(PROTOCOL_CONNECTION_LOST\)/,
  ],
  ['ETIMEDOUT', /did not respond like a MySQL/],
  ['EHOSTUNREACH', /did not respond like a MySQL/],
])('explains %s and what helps', (code, message) => {
  const error = failed(code);
  const explained = explainDatabaseError(error, SERVER);
  expect(explained.message).toMatch(message);
  expect(explained.message).not.toContain('secret');
  expect(explained.cause).toBe(error);
});

it('recognizes a locked account by the message, because the driver has no name for its number', () => {
  expect(explain(failed('UNKNOWN', 'Access denied, this account is locked'), SERVER)).toMatch(
    /ada is locked/,
  );
});

it('distinguishes a certificate for another host from one that was rejected', () => {
  const tls = (message: string) => explain(failed('HANDSHAKE_SSL_ERROR', message), SERVER);
  expect(tls("Hostname/IP does not match certificate's altnames")).toMatch(/is not valid for db\.example/);
  expect(tls('self-signed certificate')).toMatch(
    /was rejected: self-signed certificate.*NODE_EXTRA_CA_CERTS/,
  );
});

it.each<[string, RegExp]>([
  ['SQLITE_FULL', /^The disk that contains \/data\/chameleon\.db is full/],
  ['SQLITE_NOTADB', /is not an SQLite database/],
  ['SQLITE_CORRUPT', /is damaged/],
  ['SQLITE_BUSY', /Another program is writing/],
  ['SQLITE_IOERR_READ', /cannot be read or written \(SQLITE_IOERR\)/],
  ['SQLITE_READONLY', /cannot be read or written \(SQLITE_READONLY\)/],
  ['SQLITE_CANTOPEN', /cannot be read or written \(SQLITE_CANTOPEN\)/],
])('explains %s and what helps with the file', (code, message) => {
  expect(explain(failed(code), FILE)).toMatch(message);
});

it('returns other errors unchanged', () => {
  const other = failed('ER_PARSE_ERROR', 'syntax');
  expect([explainDatabaseError(other, SERVER), explainDatabaseError(other, FILE)]).toEqual([other, other]);
  expect(explainDatabaseError(other, SERVER)).toBe(other);
  expect(explainDatabaseError('text', FILE).message).toBe('text');
});
