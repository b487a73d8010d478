import { InvalidSettingError, parseUrl } from './parsers.js';

export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'mysql' | 'mariadb';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly database: string;
      readonly tls: boolean;
    };

const SQLITE = 'sqlite:';
const SQLITE_FORMS =
  'as in sqlite:data/chameleon.db (relative to the working directory) or sqlite:/var/lib/chameleon.db';

/**
 * Returns the path after `sqlite:` unchanged. Throws an `InvalidSettingError` if the path is not simply the path of a
 * file.
 */
function sqlitePath(text: string): string {
  const path = text.slice(SQLITE.length);
  if (path === '' || path.startsWith(':'))
    throw new InvalidSettingError(
      'must have a file path after sqlite:, because in-memory databases are not supported',
    );
  if (/^\/\/|^file:/.test(path))
    throw new InvalidSettingError(`must have a plain file path after sqlite:, ${SQLITE_FORMS}`);
  if (/^~/.test(path))
    throw new InvalidSettingError('must have the full path after sqlite:, because ~ is not expanded');
  if (/[?#]/.test(path)) throw new InvalidSettingError('must not have options after the SQLite file path');
  if (/%[0-9a-f]{2}/i.test(path))
    throw new InvalidSettingError('must not have percent-encoding in the SQLite file path');
  if (/[/\\]$/.test(path))
    throw new InvalidSettingError(
      `must have the path to a file after sqlite:, not to a folder, ${SQLITE_FORMS}`,
    );
  if (/\p{Cc}/u.test(path))
    throw new InvalidSettingError('must not have control characters in the SQLite file path');
  if (path !== path.trim())
    throw new InvalidSettingError('must not have spaces before or after the SQLite file path');
  return path;
}

/** Parses `sqlite:<path>` or `mysql://user:password@host:port/database?tls=true`. Also accepts `mariadb://…`. */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (text.startsWith(SQLITE)) return Object.freeze({ kind: 'sqlite', path: sqlitePath(text) });
  const url = parseUrl(text, 'mysql:', 'mariadb:');
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!/^[\w$-]{1,64}$/.test(database))
    throw new InvalidSettingError(
      'must have a valid database name after the host, as in mysql://host/chameleon',
    );
  if (url.hostname === '')
    throw new InvalidSettingError('must have a host name, as in mysql://host/chameleon');
  // The error message doesn't show the text after the question mark, because that text may be part of a password that
  // isn't percent-encoded.
  if (!/^(\?tls=(true|false))?$/.test(url.search) || text.includes('#'))
    throw new InvalidSettingError('can have only one option: ?tls=true or ?tls=false');
  return Object.freeze({
    kind: url.protocol === 'mysql:' ? 'mysql' : 'mariadb',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 3306),
    username: decodeURIComponent(url.username || 'root'),
    password: decodeURIComponent(url.password),
    database,
    tls: url.search === '?tls=true',
  });
}
