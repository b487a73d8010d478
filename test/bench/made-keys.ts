import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(value: number, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest = Math.floor(rest / 62)) {
    digits = ALPHABET[rest % 62]! + digits;
  }
  return digits;
}

/** Returns the n-th generated id. */
export const madeId = (n: number): string => `b${base62(n, 11)}`;

/** A key with a valid shape and checksum (docs/api.md, "Key format"), but a random secret. */
export function madeKey(id: string): string {
  const secret = Array.from(randomBytes(30), (byte) => ALPHABET[byte % 62]!).join('');
  const text = `chm_${id}_${secret}`;
  return text + base62(crc32(text), 6);
}
