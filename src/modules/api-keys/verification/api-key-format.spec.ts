import { inspect } from 'node:util';
import { checksum, generateApiKey, idInside, isApiKeyId, parseApiKey, SecretKey } from './api-key-format.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The examples of docs/api.md, "Key format". */
const VECTORS = [
  ['chm_000000000000_00000000000000000000000000000008dHlQ', 'chm', '000000000000'],
  ['chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN', 'chm', '0123456789AB'],
  ['acme_zZ9yY8xX7wW6_vVuUtTsSrRqQpPoOnNmMlLkKjJiIhH4CNe2X', 'acme', 'zZ9yY8xX7wW6'],
] as const;
const KEYS = VECTORS.map(([key]) => key);

const replaceAt = (text: string, index: number, by: string) =>
  text.slice(0, index) + by + text.slice(index + 1);
const swapCase = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('');
/** A text of this shape whose checksum holds. */
const sealed = (body: string) => body + checksum(body);

describe('the format of keys', () => {
  it.each(VECTORS)('parses the published example %s', (key, prefix, id) => {
    expect(parseApiKey(key)).toEqual({ prefix, id });
    expect(idInside(key)).toBe(id);
  });

  it.each(KEYS)('refuses %s with any one character changed', (key) => {
    const accepted: string[] = [];
    for (let index = 0; index < key.length; index++) {
      for (const other of `${ALPHABET}_- é`) {
        const changed = replaceAt(key, index, other);
        if (changed !== key && parseApiKey(changed)) accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
  });

  it.each(KEYS)('refuses %s with the case of any one letter swapped, or of all', (key) => {
    const swapped = [...key].map((character, index) => replaceAt(key, index, swapCase(character)));
    for (const changed of [...swapped, swapCase(key), key.toLowerCase(), key.toUpperCase()]) {
      if (changed !== key) expect(parseApiKey(changed)).toBeNull();
    }
  });

  it.each(KEYS)('refuses %s with a character missing, doubled or added', (key) => {
    for (let index = 0; index < key.length; index++) {
      expect(parseApiKey(replaceAt(key, index, ''))).toBeNull();
      expect(parseApiKey(replaceAt(key, index, key.charAt(index).repeat(2)))).toBeNull();
    }
    for (const extra of [' ', '\n', '\0', '0']) {
      expect(parseApiKey(extra + key)).toBeNull();
      expect(parseApiKey(key + extra)).toBeNull();
    }
  });

  it.each([
    ['one letter', 'a'],
    ['a digit first', '1bc'],
    ['a capital letter', 'Chm'],
    ['17 characters', 'a'.repeat(17)],
    ['nothing', ''],
    ['a hyphen', 'my-app'],
    ['an underscore', 'my_app'],
  ])('refuses a prefix of %s even with a checksum that holds', (_what, prefix) => {
    expect(parseApiKey(sealed(`${prefix}_0123456789AB_${'0'.repeat(30)}`))).toBeNull();
  });

  it.each(['ab', 'a1', 'chm', 'a'.repeat(16)])(
    'takes the prefix %s, whatever the prefix of new keys is',
    (prefix) => {
      const key = sealed(`${prefix}_0123456789AB_${'0'.repeat(30)}`);
      expect(parseApiKey(key)).toEqual({ prefix, id: '0123456789AB' });
    },
  );

  it.each([
    ['a full-width digit', '０'],
    ['an accented letter', 'é'],
    ['a letter that only looks Latin', 'а'],
    ['an emoji', '🔑'],
  ])('refuses %s in the secret even with a checksum that holds', (_what, character) => {
    expect(
      parseApiKey(sealed(`chm_0123456789AB_${character}${'0'.repeat(30 - character.length)}`)),
    ).toBeNull();
  });

  it.each([
    ['', 'chm'],
    ['chm__', 'x'.repeat(1_000_000)],
  ])('refuses junk such as "%s" at once', (start, rest) => {
    expect(parseApiKey(start + rest)).toBeNull();
  });

  it('knows the checksum of zlib, big-endian and padded with zeros', () => {
    // CRC-32 of "123456789" is cbf43926, the check value of ISO-HDLC.
    const digits = [...checksum('123456789')].map((digit) => ALPHABET.indexOf(digit));
    expect(digits.reduce((value, digit) => value * 62 + digit, 0)).toBe(0xcbf43926);
    expect(checksum('')).toBe('000000');
  });

  it.each(['0123456789AB', 'zZ9yY8xX7wW6'])('takes %s for an id', (id) => expect(isApiKeyId(id)).toBe(true));

  it.each(['', '0123456789A', '0123456789ABC', '0123456789A ', '0123456789A_', '0123456789Aé'])(
    'does not take "%s" for an id',
    (id) => expect(isApiKeyId(id)).toBe(false),
  );
});

describe('new keys', () => {
  it('parse, and are found by the scanner', () => {
    for (let i = 0; i < 200; i++) {
      const { id, key } = generateApiKey('chm');
      expect(parseApiKey(key.reveal())).toEqual({ prefix: 'chm', id });
      expect(`key=${key.reveal()};`).toMatch(/\bchm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}\b/);
    }
  });

  it('are all different', () => {
    const keys = Array.from({ length: 1_000 }, () => generateApiKey('chm'));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1_000);
    expect(new Set(keys.map(({ key }) => key.reveal())).size).toBe(1_000);
  });

  it('take each character from one uniform draw below 62, so that none is likelier than another', () => {
    const bounds: number[] = [];
    const { id, key } = generateApiKey('acme', (below) => {
      bounds.push(below);
      return (bounds.length - 1) % below;
    });
    expect(bounds).toEqual(Array<number>(42).fill(62));
    expect(id).toBe(ALPHABET.slice(0, 12));
    expect(key.reveal().slice(0, -6)).toBe(`acme_${ALPHABET.slice(0, 12)}_${ALPHABET.slice(12, 42)}`);
  });

  it('use every character about equally often by themselves', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i++) {
      const [, , tail = ''] = generateApiKey('chm').key.reveal().split('_');
      for (const character of tail.slice(0, 30)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    // 60,000 draws: about 968 each, 31 apart; ten times that is never left by chance.
    expect([...counts.keys()].sort().join('')).toBe(ALPHABET);
    expect(Math.min(...counts.values())).toBeGreaterThan(968 - 310);
    expect(Math.max(...counts.values())).toBeLessThan(968 + 310);
  });
});

describe('a secret key', () => {
  const text = KEYS[1]!;
  const key = new SecretKey(text);

  it('is given away by reveal only', () => expect(key.reveal()).toBe(text));

  it.each([
    ['String', () => String(key)],
    ['a template', () => `${key}`],
    ['JSON', () => JSON.stringify({ key })],
    ['inspect', () => inspect(key, { showHidden: true, depth: null })],
    ['inspect of what holds it', () => inspect({ created: [{ key }] }, { depth: null })],
    ['an error', () => inspect(new Error('failed', { cause: key }))],
    ['its own properties', () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(key)))],
  ])('is not printed by %s', (_how, print) => {
    expect(print()).not.toContain(text.slice(0, 20));
  });
});
