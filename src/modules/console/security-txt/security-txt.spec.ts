import { securityTxt } from './security-txt.js';

const CONTACT = 'mailto:security@example.com';
const at = (now: string, publicUrl = 'https://keys.example.com') =>
  securityTxt(CONTACT, { publicUrl }, new Date(now));

it('names contact, expiry, its own address and the languages of the console', () => {
  expect(at('2026-03-01T12:34:56.789Z').split('\r\n')).toEqual([
    'Contact: mailto:security@example.com',
    'Expires: 2026-08-28T00:00:00.000Z',
    'Canonical: https://keys.example.com/.well-known/security.txt',
    'Preferred-Languages: en, zh',
    '',
  ]);
});

it('always expires later than now, and within a year', () => {
  for (const now of ['2026-01-01T00:00:00.000Z', '2027-12-31T23:59:59.999Z', '2028-02-29T12:00:00.000Z']) {
    const [, expires = ''] = /Expires: (.+)\r\n/.exec(at(now))!;
    const days = (Date.parse(expires) - Date.parse(now)) / (24 * 60 * 60 * 1_000);
    expect(days).toBeGreaterThan(90);
    expect(days).toBeLessThan(365);
  }
});

it('names no address of its own without https, which RFC 9116 asks for', () => {
  expect(at('2026-03-01T00:00:00.000Z', 'http://localhost:3000')).not.toContain('Canonical');
});
