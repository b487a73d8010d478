import { LocaleFormats } from './formats.js';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [0, 'now'],
  [-999, 'now'],
  [999, 'now'],
  [-SECOND, '1 second ago'],
  [-(MINUTE - 1), '59 seconds ago'],
  [-MINUTE, '1 minute ago'],
  [-(HOUR - 1), '59 minutes ago'],
  [-(DAY - 1), '23 hours ago'],
  [-DAY, '1 day ago'],
  [-(30 * DAY - 1), '29 days ago'],
  [-30 * DAY, 'Oct 26, 2026'],
  [-400 * DAY, 'Oct 21, 2025'],
  [18 * DAY + HOUR, 'in 18 days'],
  [30 * DAY, 'Dec 25, 2026'],
])('shows a time that is %d ms away as %s', (ms, text) => {
  const formats = new LocaleFormats('en', 'UTC');
  expect(formats.relativeTime(new Date(NOW.getTime() + ms), NOW)).toBe(text);
});

it("shows dates and times in the user's time zone", () => {
  const formats = new LocaleFormats('en', 'Asia/Kathmandu');
  const late = new Date('2026-11-25T20:00:07.000Z');
  expect(formats.date(late)).toBe('Nov 26, 2026');
  expect(formats.time(late)).toBe('Nov 26, 2026, 1:45 AM');
  expect(formats.exactTime(late)).toBe('Nov 26, 2026, 1:45:07 AM GMT+5:45');
});

it('names UTC if the time zone is unknown', () => {
  const formats = new LocaleFormats('zh-Hans', null);
  expect(formats.time(NOW)).toBe('2026年11月25日 UTC 12:00');
  expect(formats.exactTime(NOW)).toBe('2026年11月25日 UTC 12:00:00');
});
