import { PREFIX_PATTERN } from '../common/text/api-key-shape.js';
import { canonicalEmail } from '../common/text/email.js';

/**
 * The error for an invalid value of an environment variable. The message continues a sentence that begins with the
 * variable's name.
 */
export class InvalidSettingError extends Error {}

export const parseInteger =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
      throw new InvalidSettingError(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  };

export const oneOf =
  <T extends string>(...choices: T[]) =>
  (text: string): T => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new InvalidSettingError(`must be one of: ${choices.join(', ')}`);
    return choice;
  };

export const anyText = (text: string): string => text;

export function emailAddress(text: string): string {
  const email = canonicalEmail(text);
  if (email === null) throw new InvalidSettingError('must be an email address');
  return email;
}

export function keyPrefix(text: string): string {
  if (!PREFIX_PATTERN.test(text)) {
    throw new InvalidSettingError('must be 2 to 16 lower-case letters or digits and begin with a letter');
  }
  return text;
}

function parseUrl(text: string, ...protocols: string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw new InvalidSettingError(
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return url;
}

/** Parses an http(s) origin, for example `https://keys.example.com`. */
export function origin(text: string): string {
  const url = parseUrl(text, 'http:', 'https:');
  if (url.href !== `${url.origin}/` || text.endsWith('/?') || text.endsWith('#')) {
    throw new InvalidSettingError('must be an origin: scheme, host and port without a path');
  }
  return url.origin;
}

export function origins(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return Object.freeze(entries.filter((entry) => entry !== '').map(origin));
}

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
  'as in sqlite:data/chameleon.db (from the working directory) or sqlite:/var/lib/chameleon.db';

/** Returns the path after `sqlite:` unchanged. Rejects anything that may be more than a plain path. */
function sqlitePath(text: string): string {
  const path = text.slice(SQLITE.length);
  if (path === '' || path.startsWith(':'))
    throw new InvalidSettingError('must name a file after sqlite:, not a database in memory');
  if (/^\/\/|^file:/.test(path))
    throw new InvalidSettingError(`must name a plain path after sqlite:, ${SQLITE_FORMS}`);
  if (/^~/.test(path))
    throw new InvalidSettingError('must name the full path after sqlite:, because ~ is not expanded');
  if (/[?#]/.test(path))
    throw new InvalidSettingError('must not have options after the path of an SQLite file');
  if (/%[0-9a-f]{2}/i.test(path))
    throw new InvalidSettingError('must name a path without percent-encoding after sqlite:');
  if (/[/\\]$/.test(path))
    throw new InvalidSettingError(`must name a file after sqlite:, not a folder, ${SQLITE_FORMS}`);
  if (/\p{Cc}/u.test(path))
    throw new InvalidSettingError('must name a path without control characters after sqlite:');
  if (path !== path.trim())
    throw new InvalidSettingError('must name a path without spaces around it after sqlite:');
  return path;
}

/** Parses `sqlite:<path>` or `mysql://user:password@host:port/database?tls=true`. It also accepts `mariadb://…`. */
export function databaseAddress(text: string): DatabaseAddress {
  if (text.startsWith(SQLITE)) return Object.freeze({ kind: 'sqlite', path: sqlitePath(text) });
  const url = parseUrl(text, 'mysql:', 'mariadb:');
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!/^[\w$-]{1,64}$/.test(database))
    throw new InvalidSettingError('must name the database after the host, as in mysql://host/chameleon');
  if (url.hostname === '') throw new InvalidSettingError('must name the host, as in mysql://host/chameleon');
  // The error doesn't show the text after the question mark, because that text may be part of a password that isn't
  // percent-encoded.
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

export function firstAdminPassword(text: string): string {
  const length = [...text].length;
  if (length < 12 || length > 128) throw new InvalidSettingError('must have 12 to 128 characters');
  return text;
}

/** Parses `redis://user:password@host:port/number` or `rediss://…`. ioredis interprets the query string as options. */
export function redisUrl(text: string): string {
  const url = parseUrl(text, 'redis:', 'rediss:');
  // If the path is not a number, ioredis would silently use database 0.
  if (!/^\/?\d{0,5}$/.test(url.pathname))
    throw new InvalidSettingError('must have only a database number after the host, as in redis://host/2');
  return url.href;
}

/**
 * Parses the prefix of all keys and channels. The prefix separates them from those of other programs that use the same
 * Redis.
 */
export function redisPrefix(text: string): string {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,30}[A-Za-z0-9])?$/.test(text)) {
    throw new InvalidSettingError('must be 1 to 32 letters or digits, with - _ . : between them allowed');
  }
  return text;
}

/** Parses a URI for the `Contact` line of security.txt (RFC 9116, section 2.5.3). */
export function securityContact(text: string): string {
  const error = new InvalidSettingError(
    'must be one URI: mailto:, tel: or https://, as in mailto:security@example.com',
  );
  // The URL parser would silently remove line breaks and might encode spaces.
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) throw error;
  const { protocol, pathname, username, password, href } = new URL(text);
  if (protocol === 'https:' && username === '' && password === '') return href;
  if (protocol === 'mailto:' && canonicalEmail(pathname) !== null) return href;
  if (protocol === 'tel:' && /^\+\d[\d().-]*$/.test(pathname)) return href;
  throw error;
}
