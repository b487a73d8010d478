import { crc32 } from 'node:zlib';

/** The Base62 alphabet. Ids, secrets and checksums consist of these characters. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MAX_PREFIX_LENGTH = 16;
export const KEY_ID_LENGTH = 12;
export const KEY_SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;

const MAX_LENGTH = MAX_PREFIX_LENGTH + 1 + KEY_ID_LENGTH + 1 + KEY_SECRET_LENGTH + CHECKSUM_LENGTH;

const PREFIX = `[a-z][a-z0-9]{1,${MAX_PREFIX_LENGTH - 1}}`;
const ID = `[0-9A-Za-z]{${KEY_ID_LENGTH}}`;
const KEY = `(${PREFIX})_(${ID})_[0-9A-Za-z]{${KEY_SECRET_LENGTH + CHECKSUM_LENGTH}}`;

/** Matches a part of a string that looks like an API key (docs/api.md, "Key format"). */
export const API_KEY_SHAPE = new RegExp(KEY);
/** Matches a string that consists only of a key, with any prefix. The groups are the prefix and the id. */
const API_KEY_PATTERN = new RegExp(`^${KEY}$`);
export const KEY_PREFIX_PATTERN = new RegExp(`^${PREFIX}$`);
const ID_PATTERN = new RegExp(`^${ID}$`);
const DISPLAY_PREFIX_PATTERN = new RegExp(`^${PREFIX}_${ID}$`);

export interface ParsedKey {
  readonly prefix: string;
  readonly id: string;
}

/** Returns the CRC-32 (ISO-HDLC) of the text in big-endian Base62, padded with zeros to six characters. */
export function apiKeyChecksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62[rest % BASE62.length]! + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}

/**
 * Parses an API key. Returns `null` if its format or its checksum is wrong. Parsing needs no database query and no
 * bcrypt hash. Any prefix is accepted, so that existing keys keep working after `API_KEY_PREFIX` has changed.
 */
export function parseApiKey(text: string): ParsedKey | null {
  if (text.length > MAX_LENGTH) return null;
  const match = API_KEY_PATTERN.exec(text);
  if (!match) return null;
  const end = text.length - CHECKSUM_LENGTH;
  return apiKeyChecksum(text.slice(0, end)) === text.slice(end) ? { prefix: match[1]!, id: match[2]! } : null;
}

/** Returns whether a text is the first part of a key, `<prefix>_<id>`, which identifies exactly one key. */
export const isDisplayPrefix = (text: string): boolean => DISPLAY_PREFIX_PATTERN.test(text);

/** Finds the first part of a text that looks like an API key. Ignores the secret and the checksum of the key. */
export function findApiKey(text: string): ParsedKey | null {
  const match = API_KEY_SHAPE.exec(text);
  return match && { prefix: match[1]!, id: match[2]! };
}

/** Returns the characters at the position that the id has in a key. Doesn't check whether the text is a key. */
export const extractKeyId = (text: string): string =>
  text.slice(
    -(KEY_ID_LENGTH + 1 + KEY_SECRET_LENGTH + CHECKSUM_LENGTH),
    -(1 + KEY_SECRET_LENGTH + CHECKSUM_LENGTH),
  );

export const isApiKeyId = (text: string): boolean => ID_PATTERN.test(text);
