import bcrypt from 'bcrypt';
import { encodePassword } from './password-encoding.js';

const matches = async (one: string, other: string) =>
  bcrypt.compare(encodePassword(other), await bcrypt.hash(encodePassword(one), 4));

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
