import { parseInstant } from '../../../../common/validation/index.js';
import { toExpiresAt } from './expiry.js';

const NOW = new Date('2026-01-31T23:59:59.999Z');

it.each([
  ['never', '', null],
  ['30', '', '2026-03-03T00:00:00.000Z'],
  ['90', '2027-01-01', '2026-05-02T00:00:00.000Z'],
  ['365', '', '2027-02-01T00:00:00.000Z'],
  ['date', '2027-01-01', '2027-01-01T00:00:00Z'],
])('turns the choice "%s" with the date "%s" into %s', (expiry, date, expected) =>
  expect(toExpiresAt({ expiry, date }, NOW)).toBe(expected),
);

it('gives a key at least the chosen number of days', () => {
  const end = new Date(toExpiresAt({ expiry: '30', date: '' }, NOW)!);
  expect(end.getTime() - NOW.getTime()).toBeGreaterThanOrEqual(30 * 24 * 60 * 60 * 1_000);
});

it('returns the same expiration all day', () => {
  const [earlier, later] = [new Date('2026-01-31T00:00:00Z'), NOW];
  expect(toExpiresAt({ expiry: '90', date: '' }, earlier)).toBe(
    toExpiresAt({ expiry: '90', date: '' }, later),
  );
});

it.each(['', '31', 'Never', 'toString'])('leaves the unknown choice "%s" to validation', (expiry) => {
  expect(parseInstant(toExpiresAt({ expiry, date: '' }, NOW)!)).toBeNull();
});

it.each(['', 'tomorrow', '2027-02-30', '1.1.2027'])('leaves the invalid date "%s" to validation', (date) => {
  expect(parseInstant(toExpiresAt({ expiry: 'date', date }, NOW)!)).toBeNull();
});
