import bcrypt from 'bcrypt';
import { INVALID_LENGTH, NOT_A_STRING } from '../../../common/errors/index.js';
import { COMMON_PASSWORD } from '../users.errors.js';
import { encodePassword, generatePassword, passwordProblem } from './password.js';

const matches = async (one: string, other: string) =>
  bcrypt.compare(encodePassword(other), await bcrypt.hash(encodePassword(one), 4));

it.each([
  'correct horse battery',
  'abcdefghijkl',
  '            ',
  'пароль подлиннее',
  '😀'.repeat(12),
  'x'.repeat(128),
])('accepts "%s"', (password) => expect(passwordProblem(password)).toBeNull());

it.each(['', 'short', 'abcdefghijk', '😀'.repeat(11), 'x'.repeat(129)])(
  'rejects "%s" because of its length',
  (password) => {
    expect(passwordProblem(password)).toEqual(INVALID_LENGTH.with({ min: 12, max: 128 }));
  },
);

it.each(['123456789012', 'qwertyuiop123', 'QWERTYUIOP123', 'administrator'])(
  'rejects %s as common',
  (password) => {
    expect(passwordProblem(password)).toEqual(COMMON_PASSWORD.with());
  },
);

it.each([undefined, null, 123456789012, ['correct horse battery']])(
  'rejects %p, which is not a string',
  (password) => {
    expect(passwordProblem(password)).toEqual(NOT_A_STRING.with());
  },
);

it('compares text after byte 72 and after a NUL, which bcrypt alone would ignore', async () => {
  const long = 'x'.repeat(100);
  expect(await matches(`${long}a`, `${long}a`)).toBe(true);
  expect(await matches(`${long}a`, `${long}b`)).toBe(false);
  expect(await matches('before\0after it', 'before\0after me')).toBe(false);
  expect(encodePassword(long)).toHaveLength(64);
});

it('rejects a longer password that begins with the stored one', async () => {
  const longest = '😀'.repeat(128);
  expect(await matches(longest, longest)).toBe(true);
  for (const longer of [`${longest}x`, `${longest}${'x'.repeat(75_000)}`, `${longest}\u0301`]) {
    expect(await matches(longest, longer)).toBe(false);
    expect(encodePassword(longer)).toHaveLength(64);
  }
});

it('shortens a password before it normalizes it', () => {
  const start = 'x'.repeat(128);
  expect(encodePassword(`${start}\u0315\u0300`)).toBe(encodePassword(start + '\u0315\u0300'.repeat(50_000)));
});

it('treats both Unicode forms of an accented letter as the same password', () => {
  expect(encodePassword('pässwörter ja')).toBe(encodePassword('pa\u0308sswo\u0308rter ja'));
  expect(encodePassword('Password long')).not.toBe(encodePassword('password long'));
});

it('generates unique, readable and valid temporary passwords', () => {
  const generated = Array.from({ length: 100 }, () => generatePassword());
  expect(new Set(generated).size).toBe(100);
  for (const password of generated) {
    expect(password).toMatch(/^[\w-]{20}$/);
    expect(passwordProblem(password)).toBeNull();
  }
  expect(generatePassword((size) => Buffer.alloc(size))).toBe('A'.repeat(20));
});
