import type { DatabaseAddress } from '../../settings/index.js';
import { errorCode, errorMessage } from './driver-errors.js';

type Server = Exclude<DatabaseAddress, { kind: 'sqlite' }>;

/** The error messages by error code. Each message says what is wrong and then how to fix it. */
const MESSAGES: Readonly<Record<string, (server: Server) => string>> = {
  ECONNREFUSED: ({ host, port }) =>
    `No database server is listening at ${host}:${port}. Start the database, or correct DATABASE_URL.`,
  ENOTFOUND: ({ host }) => `The host name ${host} cannot be found. Correct it in DATABASE_URL.`,
  EAI_AGAIN: ({ host }) => `The host name ${host} cannot be resolved at the moment. Check the DNS server.`,
  ER_ACCESS_DENIED_ERROR: ({ username, host }) =>
    `${host} rejected the user name ${username} or its password. Correct them in DATABASE_URL, and ` +
    'percent-encode any special characters.',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: ({ username, host }) =>
    `${host} does not allow the user ${username} to connect over the network. Create a database user with a password for this service.`,
  ER_DBACCESS_DENIED_ERROR: ({ username, database }) =>
    `The user ${username} has no access to the database ${database}. Grant the user all privileges on ${database}.*.`,
  ER_BAD_DB_ERROR: ({ database }) =>
    `The database ${database} does not exist. Create it with CREATE DATABASE \`${database}\`.`,
  ER_HOST_NOT_PRIVILEGED: ({ host }) =>
    `${host} does not accept connections from this machine. Create a database user that can connect from this machine's address.`,
  ER_HOST_IS_BLOCKED: ({ host }) =>
    `${host} has blocked this machine because of too many failed connections. Run FLUSH HOSTS on the database server.`,
  ER_CON_COUNT_ERROR: ({ host }) => `${host} has no free connections. Increase its max_connections.`,
  ER_TOO_MANY_USER_CONNECTIONS: ({ username, host }) =>
    `${host} allows no more connections for the user ${username}. Increase max_user_connections for this user.`,
  ER_ACCOUNT_HAS_BEEN_LOCKED: ({ username }) =>
    `The database account ${username} is locked. Unlock it with ALTER USER.`,
  ER_MUST_CHANGE_PASSWORD: ({ username }) =>
    `The password of the database user ${username} has expired. Set a new one.`,
  ER_MUST_CHANGE_PASSWORD_LOGIN: ({ username }) =>
    `The password of the database user ${username} has expired. Set a new one.`,
  ER_SECURE_TRANSPORT_REQUIRED: ({ host }) =>
    `${host} accepts only encrypted connections. Add ?tls=true to DATABASE_URL.`,
  HANDSHAKE_NO_SSL_SUPPORT: ({ host }) =>
    `${host} does not support encrypted connections. Set up TLS on the database server, or remove ?tls=true from DATABASE_URL.`,
  ER_OPTION_PREVENTS_STATEMENT: ({ host }) =>
    `${host} is read-only. It may be a replica. Set DATABASE_URL to the server that accepts writes.`,
  ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: ({ host }) =>
    `${host} uses statement-based binary logging, which does not work with READ COMMITTED. Set its binlog_format to MIXED or ROW.`,
  ER_TABLEACCESS_DENIED_ERROR: ({ username, database }) =>
    `The user ${username} is not allowed to create or change tables. Grant the user all privileges on ${database}.*.`,
  ER_UNKNOWN_STORAGE_ENGINE: ({ host }) =>
    `${host} does not have the InnoDB storage engine, which this service requires. Enable InnoDB.`,
};

/** Error codes that share the message of another code. */
const ALIASES: Readonly<Record<string, string>> = {
  ER_USER_LIMIT_REACHED: 'ER_TOO_MANY_USER_CONNECTIONS',
  ER_READ_ONLY_MODE: 'ER_OPTION_PREVENTS_STATEMENT',
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'ER_OPTION_PREVENTS_STATEMENT',
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 'ER_TABLEACCESS_DENIED_ERROR',
};

/**
 * Converts a driver's error to an error that tells operators what is wrong with the database and how to fix it. Returns
 * an error without an explanation unchanged.
 */
export function explainDatabaseError(error: unknown, address: DatabaseAddress): Error {
  const message =
    address.kind === 'sqlite' ? fileMessage(error, address.path) : serverMessage(error, address);
  if (message !== null) return new Error(message, { cause: error });
  return error instanceof Error ? error : new Error(errorMessage(error), { cause: error });
}

function serverMessage(error: unknown, server: Server): string | null {
  const code = errorCode(error);
  // Caution: mysql2 knows only MySQL's names for error numbers. MariaDB's numbers from 4000 on have a different meaning,
  // so the error for a locked account is recognized by its message.
  const knownCode = /account is locked/i.test(errorMessage(error)) ? 'ER_ACCOUNT_HAS_BEEN_LOCKED' : code;
  const message = MESSAGES[ALIASES[knownCode] ?? knownCode];
  if (message) return message(server);
  const address = `${server.host}:${server.port}`;
  if (code === 'HANDSHAKE_SSL_ERROR') return certificateMessage(errorMessage(error), server.host);
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR' || code === 'ER_NOT_SUPPORTED_AUTH_MODE') {
    return (
      `The database account ${server.username} uses an authentication plugin that is not supported (${errorMessage(error)}). ` +
      'Use caching_sha2_password on MySQL, or mysql_native_password on MariaDB.'
    );
  }
  if (/^(PROTOCOL_|HANDSHAKE_|ETIMEDOUT|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH)/.test(code))
    return `${address} did not respond like a MySQL or MariaDB server (${code}). Check the address and any firewalls.`;
  return null;
}

function certificateMessage(message: string, host: string): string {
  if (message.includes('altnames'))
    return `The database server's certificate is not valid for ${host}. In DATABASE_URL, use a host name that is in the certificate.`;
  return (
    `The certificate of ${host} was rejected: ${message}. If you use your own certificate authority, ` +
    'set NODE_EXTRA_CA_CERTS to the path of its certificate file.'
  );
}

function fileMessage(error: unknown, path: string): string | null {
  const [, kind] =
    /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOTADB|CORRUPT|BUSY|PERM)/.exec(errorCode(error)) ?? [];
  switch (kind) {
    case 'FULL':
      return `The disk that contains ${path} is full. Free up some space.`;
    case 'NOTADB':
      return `${path} is not an SQLite database. Set DATABASE_URL to another file.`;
    case 'CORRUPT':
      return `${path} is damaged. Restore it from a backup.`;
    case 'BUSY':
      return `Another program is writing to ${path}. Wait until that program has finished.`;
    case undefined:
      return null;
    default:
      return `${path} cannot be read or written (SQLITE_${kind}). Check the disk and the file permissions.`;
  }
}
