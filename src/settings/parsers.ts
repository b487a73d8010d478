import { KEY_PREFIX_PATTERN } from '../common/text/api-key-format.js';
import { canonicalEmail } from '../common/text/email.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../common/text/password-length.js';

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

export const parseChoice =
  <T extends string>(...choices: T[]) =>
  (text: string): T => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new InvalidSettingError(`must be one of: ${choices.join(', ')}`);
    return choice;
  };

export const parseText = (text: string): string => text;

export function parseEmail(text: string): string {
  const email = canonicalEmail(text);
  if (email === null) throw new InvalidSettingError('must be a valid email address');
  return email;
}

export function parseKeyPrefix(text: string): string {
  if (!KEY_PREFIX_PATTERN.test(text)) {
    throw new InvalidSettingError(
      'must consist of 2 to 16 lowercase letters or digits and begin with a letter',
    );
  }
  return text;
}

export function parseUrl(text: string, ...protocols: string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw new InvalidSettingError(
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return url;
}

/** Parses an http or https origin, for example `https://keys.example.com`. */
export function parseOrigin(text: string): string {
  const url = parseUrl(text, 'http:', 'https:');
  if (url.href !== `${url.origin}/` || text.endsWith('/?') || text.endsWith('#')) {
    throw new InvalidSettingError('must be an origin without a path, as in https://keys.example.com');
  }
  return url.origin;
}

export function parseOrigins(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  try {
    return Object.freeze(entries.filter((entry) => entry !== '').map(parseOrigin));
  } catch (error) {
    if (!(error instanceof InvalidSettingError)) throw error;
    throw new InvalidSettingError(
      'must be a list of http or https origins without a path, separated by commas, as in https://app.example.com',
    );
  }
}

export function parseFirstAdminPassword(text: string): string {
  const length = [...text].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    throw new InvalidSettingError(`must be ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters long`);
  return text;
}

/**
 * Checks a URL like `redis://user:password@host:port/number` or `rediss://…`. It can have a query string, which ioredis
 * interprets as options.
 */
export function parseRedisUrl(text: string): string {
  const url = parseUrl(text, 'redis:', 'rediss:');
  // If the path is not a number, ioredis would silently use database 0.
  if (!/^\/?\d{0,5}$/.test(url.pathname))
    throw new InvalidSettingError('can have only a database number as its path, as in redis://host/2');
  return url.href;
}

/**
 * Checks the prefix of all Redis keys and channels. The prefix separates them from the keys and channels of other
 * programs that use the same Redis server.
 */
export function parseRedisPrefix(text: string): string {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,30}[A-Za-z0-9])?$/.test(text)) {
    throw new InvalidSettingError(
      'must be 1 to 32 characters long, contain only letters, digits and the characters - _ . : (no spaces), and begin and end with a letter or digit',
    );
  }
  return text;
}

/** Checks a URI for the `Contact` line of security.txt (RFC 9116, section 2.5.3). */
export function parseSecurityContact(text: string): string {
  const error = new InvalidSettingError(
    'must be a single mailto:, tel: or https:// URI, as in mailto:security@example.com',
  );
  // The URL parser would silently remove line breaks and might encode spaces.
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) throw error;
  const { protocol, pathname, username, password, href } = new URL(text);
  if (protocol === 'https:' && username === '' && password === '') return href;
  if (protocol === 'mailto:' && canonicalEmail(pathname) !== null) return href;
  if (protocol === 'tel:' && /^\+\d[\d().-]*$/.test(pathname)) return href;
  throw error;
}
