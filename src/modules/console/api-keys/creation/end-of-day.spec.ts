import { dateIn, endOfDay } from './end-of-day.js';

const endIn = (timeZone: string, date: string) => endOfDay(date, timeZone)?.toISOString();

it.each([
  ['UTC', '2026-12-31', '2027-01-01T00:00:00.000Z'],
  ['Asia/Kathmandu', '2026-12-31', '2026-12-31T18:15:00.000Z'],
  ['Asia/Shanghai', '2028-02-29', '2028-02-29T16:00:00.000Z'],
  ['America/Los_Angeles', '2026-12-31', '2027-01-01T08:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-12-31', '2026-12-31T10:00:00.000Z'],
  ['Etc/GMT+12', '2026-12-31', '2027-01-01T12:00:00.000Z'],
])('ends a day in %s', (timeZone, date, end) => expect(endIn(timeZone, date)).toBe(end));

it.each([
  // The day has 23 hours, and the next one has 25.
  ['Europe/Berlin', '2026-03-29', '2026-03-29T22:00:00.000Z'],
  ['Europe/Berlin', '2026-10-24', '2026-10-24T22:00:00.000Z'],
  ['Europe/Berlin', '2026-10-25', '2026-10-25T23:00:00.000Z'],
  // Clocks change by half an hour.
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-05T13:30:00.000Z'],
  ['Australia/Lord_Howe', '2026-10-04', '2026-10-04T13:00:00.000Z'],
  // The next day begins at 01:00, because midnight is skipped.
  ['America/Santiago', '2026-09-05', '2026-09-06T04:00:00.000Z'],
  ['Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000Z'],
  ['Asia/Beirut', '2026-03-28', '2026-03-28T22:00:00.000Z'],
  // Clocks are set back from 24:00 to 23:00 on the same day.
  ['America/Santiago', '2026-04-04', '2026-04-05T04:00:00.000Z'],
  ['Africa/Cairo', '2026-10-29', '2026-10-29T22:00:00.000Z'],
  ['Asia/Beirut', '2026-10-24', '2026-10-24T22:00:00.000Z'],
  // Midnight comes twice on the next day.
  ['America/Havana', '2026-10-31', '2026-11-01T04:00:00.000Z'],
  // Clocks were set back from 00:01 to 23:01 on the day before, so the day ended twice.
  ['America/St_Johns', '2010-11-06', '2010-11-07T03:30:00.000Z'],
  // Samoa skipped 30 December 2011.
  ['Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z'],
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
])('ends a day in %s despite a change of clocks on or after %s', (timeZone, date, end) =>
  expect(endIn(timeZone, date)).toBe(end),
);

it('ends each day at the first moment that has another date, in every time zone', () => {
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    for (const date of ['2026-03-28', '2026-10-25', '2027-02-28']) {
      const end = endOfDay(date, timeZone)!;
      expect([timeZone, dateIn(timeZone, new Date(end.getTime() - 1))]).toEqual([timeZone, date]);
      expect(dateIn(timeZone, end) > date).toBe(true);
    }
  }
});

it.each([
  '',
  'tomorrow',
  '2027-02-30',
  '2027-13-01',
  '1.1.2027',
  '2027-1-1',
  '+02027-01-01',
  '2027-01-01T00',
  '0001-01-01',
  '9999-12-31',
])('has no end for the invalid date "%s"', (date) => expect(endOfDay(date, 'UTC')).toBeNull());

it.each(['1000-01-01', '9998-12-31'])('has an end for the distant date %s', (date) =>
  expect(endOfDay(date, 'Asia/Kathmandu')).toBeInstanceOf(Date),
);
