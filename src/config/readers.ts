import { canonicalEmail } from '../common/text/email.js';

/** Why the text of a variable cannot be used, as it continues after the variable's name. */
export class Fault extends Error {}

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
      throw new Fault(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  };

export const oneOf =
  <T extends string>(...choices: T[]) =>
  (text: string): T => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new Fault(`must be one of: ${choices.join(', ')}`);
    return choice;
  };

export const anyText = (text: string): string => text;

export function emailAddress(text: string): string {
  const email = canonicalEmail(text);
  if (email === null) throw new Fault('must be an email address');
  return email;
}

export function keyPrefix(text: string): string {
  if (!/^[a-z][a-z0-9]{1,15}$/.test(text)) {
    throw new Fault('must be 2 to 16 lower-case letters or digits and begin with a letter');
  }
  return text;
}

function parseUrl(text: string, ...protocols: string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw new Fault(
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return url;
}

/** An http(s) origin, such as `https://keys.example.com`. */
export function origin(text: string): string {
  const url = parseUrl(text, 'http:', 'https:');
  if (url.href !== `${url.origin}/` || text.endsWith('/?') || text.endsWith('#')) {
    throw new Fault('must be an origin: scheme, host and port without a path');
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

/** `sqlite:<path>`, or `mysql://user:password@host:port/database`, also `mariadb://…`, with `?tls=true`. */
export function databaseAddress(text: string): DatabaseAddress {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length);
    if (path === '' || path.startsWith(':'))
      throw new Fault('must name a file after sqlite:, not a database in memory');
    return Object.freeze({ kind: 'sqlite', path });
  }
  const url = parseUrl(text, 'mysql:', 'mariadb:');
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!/^[\w$-]{1,64}$/.test(database))
    throw new Fault('must name the database after the host, as in mysql://host/chameleon');
  if (url.hostname === '') throw new Fault('must name the host, as in mysql://host/chameleon');
  // What stands after the question mark is not repeated: it may be the end of an unencoded password.
  if (!/^(\?tls=(true|false))?$/.test(url.search))
    throw new Fault('may have one option only: ?tls=true or ?tls=false');
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
  if (length < 12 || length > 128) throw new Fault('must have 12 to 128 characters');
  return text;
}

export const redisUrl = (text: string): string => parseUrl(text, 'redis:', 'rediss:').href;
