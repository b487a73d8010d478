import { randomInt } from 'node:crypto';
import {
  BASE62,
  checksum,
  ID_LENGTH,
  SECRET_LENGTH,
  type ParsedKey,
} from '../../../common/text/api-key-format.js';

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

/**
 * Generates the id and the secret of a new key.
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
