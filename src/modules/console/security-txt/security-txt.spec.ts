import { LANGUAGES } from '../i18n/languages.js';
import { securityTxt } from './security-txt.js';

const CONTACT = 'mailto:security@example.com';
const at = (now: string, publicUrl = 'https://keys.example.com') =>
  securityTxt(CONTACT, { publicUrl }, new Date(now));

it("states contact, expiry, its canonical URL and the console's languages", () => {
  expect(at('2026-03-01T12:34:56.789Z').split('\r\n')).toEqual([
    'Contact: mailto:security@example.com',
    'Expires: 2026-08-28T00:00:00.000Z',
    'Canonical: https://keys.example.com/.well-known/security.txt',
    `Preferred-Languages: ${LANGUAGES.join(', ')}`,
    '',
  ]);
});

it('always expires in the future, within a year', () => {
  for (const now of ['2026-01-01T00:00:00.000Z', '2027-12-31T23:59:59.999Z', '2028-02-29T12:00:00.000Z']) {
    const [, expires = ''] = /Expires: (.+)\r\n/.exec(at(now))!;
    const days = (Date.parse(expires) - Date.parse(now)) / (24 * 60 * 60 * 1_000);
    expect(days).toBeGreaterThan(90);
    expect(days).toBeLessThan(365);
  }
});

it('leaves out the canonical URL without https, as RFC 9116 requires', () => {
  expect(at('2026-03-01T00:00:00.000Z', 'http://localhost:3000')).not.toContain('Canonical');
});
