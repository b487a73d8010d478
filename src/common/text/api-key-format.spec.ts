import { apiKeyChecksum, extractKeyId, isApiKeyId, parseApiKey } from './api-key-format.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The examples in docs/api.md, "Key format", each with its prefix and id. */
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
/** Appends the correct checksum to the rest of a key. */
const sealed = (body: string) => body + apiKeyChecksum(body);

describe('the format of keys', () => {
  it.each(VECTORS)('parses the published example %s', (key, prefix, id) => {
    expect(parseApiKey(key)).toEqual({ prefix, id });
    expect(extractKeyId(key)).toBe(id);
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
    const digits = [...apiKeyChecksum('123456789')].map((digit) => ALPHABET.indexOf(digit));
    expect(digits.reduce((value, digit) => value * 62 + digit, 0)).toBe(0xcbf43926);
    expect(apiKeyChecksum('')).toBe('000000');
  });

  it.each(['0123456789AB', 'zZ9yY8xX7wW6'])('takes %s for an id', (id) => expect(isApiKeyId(id)).toBe(true));

  it.each(['', '0123456789A', '0123456789ABC', '0123456789A ', '0123456789A_', '0123456789Aé'])(
    'does not take "%s" for an id',
    (id) => expect(isApiKeyId(id)).toBe(false),
  );
});
