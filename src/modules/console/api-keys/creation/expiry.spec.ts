import { DAY_MS } from '../../../../common/duration.js';
import { parseInstant } from '../../../../common/validation/index.js';
import { checkedExpiryChoice, newExpiryChoice, toExpiresAt } from './expiry.js';

const NOW = new Date('2026-01-31T23:59:59.999Z');

it.each([
  ['never', '', 'UTC', null],
  ['30', '', 'UTC', '2026-03-03T00:00:00.000Z'],
  ['90', '2027-01-01', 'UTC', '2026-05-02T00:00:00.000Z'],
  ['365', '', 'UTC', '2027-02-01T00:00:00.000Z'],
  ['date', '2027-01-01', 'UTC', '2027-01-02T00:00:00.000Z'],
  // In these time zones, today is another day and has another end.
  ['30', '', 'Asia/Kathmandu', '2026-03-03T18:15:00.000Z'],
  ['date', '2027-01-01', 'America/New_York', '2027-01-02T05:00:00.000Z'],
  ['date', '2026-09-05', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
])('turns the choice "%s" with the date "%s" in %s into %s', (expiry, date, timeZone, expected) =>
  expect(toExpiresAt({ ...newExpiryChoice(timeZone, NOW), expiry, date })).toBe(expected),
);

it.each(['UTC', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Los_Angeles'])(
  'gives a key at least the chosen number of days in %s',
  (timeZone) => {
    const end = new Date(toExpiresAt({ ...newExpiryChoice(timeZone, NOW), expiry: '30' })!);
    expect(end.getTime() - NOW.getTime()).toBeGreaterThanOrEqual(30 * DAY_MS);
    expect(end.getTime() - NOW.getTime()).toBeLessThanOrEqual(31 * DAY_MS);
  },
);

it('returns the same expiration if the form is submitted again after midnight', () => {
  const form = { ...newExpiryChoice('Asia/Kathmandu', NOW), expiry: '90' };
  const later = new Date(NOW.getTime() + DAY_MS);
  expect(toExpiresAt(checkedExpiryChoice(form, later))).toBe(toExpiresAt(checkedExpiryChoice(form, NOW)));
});

it.each(['', 'Mars/Olympus', '+05:45', '../UTC', 'x'.repeat(1_000)])(
  'uses UTC instead of the unknown time zone "%s"',
  (timeZone) => {
    const choice = { ...newExpiryChoice(null, NOW), timeZone };
    expect(checkedExpiryChoice(choice, NOW)).toMatchObject({ timeZone: 'UTC', today: '2026-01-31' });
  },
);

it.each(['', '2026-02-30', 'today', '9999-12-31'])('uses the current day instead of "%s"', (today) => {
  const choice = { expiry: '30', date: '', today, timeZone: 'Asia/Kathmandu' };
  expect(checkedExpiryChoice(choice, NOW).today).toBe('2026-02-01');
});

it.each(['', '31', 'Never', 'toString'])('leaves the unknown choice "%s" to validation', (expiry) => {
  expect(parseInstant(toExpiresAt({ ...newExpiryChoice(null, NOW), expiry })!)).toBeNull();
});

it.each(['', 'tomorrow', '2027-02-30', '1.1.2027'])('leaves the invalid date "%s" to validation', (date) => {
  const choice = { ...newExpiryChoice(null, NOW), expiry: 'date', date };
  expect(parseInstant(toExpiresAt(choice)!)).toBeNull();
});
