import type { DatabaseAddress } from '../../settings/index.js';
import { errorCode, errorMessage } from './driver-errors.js';

type Server = Exclude<DatabaseAddress, { kind: 'sqlite' }>;

/** The error messages by error code. Each message says what is wrong and then how to fix it. */
const MESSAGES: Readonly<Record<string, (server: Server) => string>> = {
  ECONNREFUSED: ({ host, port }) =>
    `Nothing answers at ${host}:${port}. Start the database, or correct DATABASE_URL.`,
  ENOTFOUND: ({ host }) => `The host ${host} is unknown. Correct it in DATABASE_URL.`,
  EAI_AGAIN: ({ host }) => `The name ${host} cannot be looked up at the moment. Check the name server.`,
  ER_ACCESS_DENIED_ERROR: ({ username, host }) =>
    `${host} does not accept the password of the user ${username}. Correct both in DATABASE_URL; ` +
    'special characters in them must be percent-encoded.',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: ({ username, host }) =>
    `${host} does not let the user ${username} in over the network. Create a user with a password for the service.`,
  ER_DBACCESS_DENIED_ERROR: ({ username, database }) =>
    `The user ${username} may not use the database ${database}. Grant it all privileges on ${database}.*.`,
  ER_BAD_DB_ERROR: ({ database }) =>
    `The database ${database} does not exist. Create it: CREATE DATABASE \`${database}\`.`,
  ER_HOST_NOT_PRIVILEGED: ({ host }) =>
    `${host} accepts no connections from this machine. Create the user for this machine's address.`,
  ER_HOST_IS_BLOCKED: ({ host }) =>
    `${host} has blocked this machine after too many failed connections. Run FLUSH HOSTS there.`,
  ER_CON_COUNT_ERROR: ({ host }) => `${host} has no free connection. Raise its max_connections.`,
  ER_ACCOUNT_HAS_BEEN_LOCKED: ({ username }) =>
    `The account ${username} is locked. Unlock it with ALTER USER.`,
  ER_MUST_CHANGE_PASSWORD: ({ username }) => `The password of ${username} has expired. Set a new one.`,
  ER_MUST_CHANGE_PASSWORD_LOGIN: ({ username }) => `The password of ${username} has expired. Set a new one.`,
  ER_SECURE_TRANSPORT_REQUIRED: ({ host }) =>
    `${host} accepts encrypted connections only. Add ?tls=true to DATABASE_URL.`,
  HANDSHAKE_NO_SSL_SUPPORT: ({ host }) =>
    `${host} offers no encrypted connections. Set up TLS there, or remove ?tls=true from DATABASE_URL.`,
  ER_OPTION_PREVENTS_STATEMENT: ({ host }) =>
    `${host} is read-only, like a replica. Set DATABASE_URL to the server that takes writes.`,
  ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: ({ host }) =>
    `${host} writes its binary log by statement, which excludes READ COMMITTED. Set its binlog_format to MIXED or ROW.`,
  ER_TABLEACCESS_DENIED_ERROR: ({ username, database }) =>
    `The user ${username} may not create or change tables. Grant it all privileges on ${database}.*.`,
  ER_UNKNOWN_STORAGE_ENGINE: ({ host }) => `${host} has no InnoDB, which the service needs. Enable it.`,
};

/** Error codes that share the message of another code. */
const ALIASES: Readonly<Record<string, string>> = {
  ER_TOO_MANY_USER_CONNECTIONS: 'ER_CON_COUNT_ERROR',
  ER_USER_LIMIT_REACHED: 'ER_CON_COUNT_ERROR',
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
  // Trap: mysql2 knows only MySQL's names for error numbers. MariaDB's numbers from 4000 on have a different meaning,
  // so the error for a locked account is recognized by its message.
  const knownCode = /account is locked/i.test(errorMessage(error)) ? 'ER_ACCOUNT_HAS_BEEN_LOCKED' : code;
  const message = MESSAGES[ALIASES[knownCode] ?? knownCode];
  if (message) return message(server);
  const address = `${server.host}:${server.port}`;
  if (code === 'HANDSHAKE_SSL_ERROR') return certificateMessage(errorMessage(error), server.host);
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR' || code === 'ER_NOT_SUPPORTED_AUTH_MODE') {
    return (
      `The account ${server.username} uses an authentication plugin that is not supported (${errorMessage(error)}). ` +
      'Use caching_sha2_password on MySQL, or mysql_native_password on MariaDB.'
    );
  }
  if (/^(PROTOCOL_|HANDSHAKE_|ETIMEDOUT|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH)/.test(code))
    return `${address} does not answer as a MySQL or MariaDB server would (${code}). Check the address and firewalls.`;
  return null;
}

function certificateMessage(message: string, host: string): string {
  if (message.includes('altnames'))
    return `The certificate of the database is not for ${host}. Use the name that the certificate has.`;
  return (
    `The certificate of ${host} is not accepted: ${message}. If its certificate authority is your own, ` +
    'name the file of its certificate in NODE_EXTRA_CA_CERTS.'
  );
}

function fileMessage(error: unknown, path: string): string | null {
  const [, kind] =
    /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOTADB|CORRUPT|BUSY|PERM)/.exec(errorCode(error)) ?? [];
  switch (kind) {
    case 'FULL':
      return `The disk of ${path} is full. Free some space.`;
    case 'NOTADB':
      return `${path} is not an SQLite database. Name another file in DATABASE_URL.`;
    case 'CORRUPT':
      return `${path} is damaged. Restore it from a backup.`;
    case 'BUSY':
      return `Another program is writing to ${path}. Wait until it is done.`;
    case undefined:
      return null;
    default:
      return `${path} cannot be read or written (SQLITE_${kind}). Check its disk and permissions.`;
  }
}
