import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  BASE62,
  CHECKSUM_LENGTH,
  ID_LENGTH,
  MAX_PREFIX_LENGTH,
  SECRET_LENGTH,
  API_KEY_PATTERN,
  ID_PATTERN,
} from '../../../common/text/api-key-shape.js';

const MAX_LENGTH = MAX_PREFIX_LENGTH + 1 + ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;

export interface ParsedKey {
  readonly prefix: string;
  readonly id: string;
}

/** Holds a key, so that it can't be printed by accident. Only `reveal` returns the text of the key. */
export class SecretKey {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}

/** Returns the CRC-32 (ISO-HDLC) of the text in big-endian Base62, padded with zeros to six characters. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62[rest % BASE62.length]! + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}

/** Returns the parts of a well-formed key with a correct checksum, or `null`. It needs neither a query nor a hash. */
export function parseApiKey(text: string): ParsedKey | null {
  if (text.length > MAX_LENGTH) return null;
  const match = API_KEY_PATTERN.exec(text);
  if (!match) return null;
  const end = text.length - CHECKSUM_LENGTH;
  return checksum(text.slice(0, end)) === text.slice(end) ? { prefix: match[1]!, id: match[2]! } : null;
}

/** Returns the part of the text where a key contains its id. It doesn't check whether the text is a key. */
export const idInside = (text: string): string =>
  text.slice(-(ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH), -(1 + SECRET_LENGTH + CHECKSUM_LENGTH));

export const isApiKeyId = (text: string): boolean => ID_PATTERN.test(text);

/**
 * @param random returns a uniform random integer below its argument, from a cryptographic source.
 */
export function generateApiKey(
  prefix: string,
  random: (below: number) => number = randomInt,
): ParsedKey & { key: SecretKey } {
  const characters = (length: number) =>
    Array.from({ length }, () => BASE62[random(BASE62.length)]!).join('');
  const id = characters(ID_LENGTH);
  const body = `${prefix}_${id}_${characters(SECRET_LENGTH)}`;
  return { prefix, id, key: new SecretKey(body + checksum(body)) };
}
