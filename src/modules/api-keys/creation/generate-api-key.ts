import { randomInt } from 'node:crypto';
import {
  BASE62,
  apiKeyChecksum,
  KEY_ID_LENGTH,
  KEY_SECRET_LENGTH,
  type ParsedKey,
} from '../../../common/text/api-key-format.js';

/** Wraps a key, so that it can't be printed by accident. Only `reveal` returns the text of the key. */
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

/**
 * Generates a new key with a random id and a random secret.
 * @param random returns an integer from 0 to `below - 1`. All values must be equally likely, and the source must be
 * cryptographically secure.
 */
export function generateApiKey(
  prefix: string,
  random: (below: number) => number = randomInt,
): ParsedKey & { key: SecretKey } {
  const characters = (length: number) =>
    Array.from({ length }, () => BASE62[random(BASE62.length)]!).join('');
  const id = characters(KEY_ID_LENGTH);
  const body = `${prefix}_${id}_${characters(KEY_SECRET_LENGTH)}`;
  return { prefix, id, key: new SecretKey(body + apiKeyChecksum(body)) };
}
