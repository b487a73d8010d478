import type { UsageInterval } from '../../usage/index.js';
import { BucketFormats } from './bucket-formats.js';

const HOUR_MS = 3_600_000;

/** The texts of consecutive hours or days, with ordinary spaces. */
function textsOf(timeZone: string | null, interval: UsageInterval, from: string, count: number, tag = 'en') {
  const formats = new BucketFormats(tag, interval, timeZone);
  const stepMs = interval === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const starts = Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * stepMs));
  const plain = (text: string) => text.replaceAll('\u202f', ' ');
  return {
    ticks: starts.map((at) => plain(formats.tick(at))),
    times: starts.map((at) => plain(formats.time(at))),
  };
}

describe('BucketFormats', () => {
  it.each([
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'America/New_York',
    'Asia/Kathmandu',
    null,
  ])('names the days in UTC for a user in %s, also when the first day has a clock change', (timeZone) => {
    const { ticks, times } = textsOf(timeZone, 'day', '2026-10-25T00:00:00Z', 30);
    expect(ticks[0]).toBe('Oct 25');
    expect(ticks.at(-1)).toBe('Nov 23');
    expect(new Set(ticks).size).toBe(30);
    expect(times[1]).toBe('Oct 26, 2026, UTC');
  });

  it.each([
    ['Europe/Berlin', '2026-10-24T22:00:00Z', ['12:00 AM', '1:00 AM', '2:00 AM', '2:00 AM', '3:00 AM']],
    ['Europe/Berlin', '2027-03-27T23:00:00Z', ['12:00 AM', '1:00 AM', '3:00 AM', '4:00 AM', '5:00 AM']],
    ['America/New_York', '2026-11-01T04:00:00Z', ['12:00 AM', '1:00 AM', '1:00 AM', '2:00 AM', '3:00 AM']],
    [
      'Australia/Lord_Howe',
      '2026-10-03T13:00:00Z',
      ['11:30 PM', '12:30 AM', '1:30 AM', '3:00 AM', '4:00 AM'],
    ],
    ['Asia/Kathmandu', '2026-11-25T00:00:00Z', ['5:45 AM', '6:45 AM', '7:45 AM', '8:45 AM', '9:45 AM']],
    ['Pacific/Apia', '2026-11-25T10:00:00Z', ['11:00 PM', '12:00 AM', '1:00 AM', '2:00 AM', '3:00 AM']],
    [null, '2026-11-25T22:00:00Z', ['10:00 PM', '11:00 PM', '12:00 AM', '1:00 AM', '2:00 AM']],
  ])('shows hours in the time zone %s from %s', (timeZone, from, expected) => {
    expect(textsOf(timeZone, 'hour', from, 5).ticks).toEqual(expected);
  });

  it('tells apart all 25 hours of a day on which clocks are set back', () => {
    const { times } = textsOf('Europe/Berlin', 'hour', '2026-10-24T22:00:00Z', 25);
    expect(new Set(times).size).toBe(25);
    expect(times[2]).toBe('Oct 25, 2026, 2:00 AM GMT+2');
    expect(times[3]).toBe('Oct 25, 2026, 2:00 AM GMT+1');
    expect(times.at(-1)).toBe('Oct 25, 2026, 11:00 PM GMT+1');
  });

  it('uses the language', () => {
    expect(textsOf('Asia/Shanghai', 'hour', '2026-11-25T10:00:00Z', 1, 'zh-Hans').ticks).toEqual(['18:00']);
    expect(textsOf('Asia/Shanghai', 'day', '2026-11-25T00:00:00Z', 1, 'zh-Hans').ticks).toEqual(['11月25日']);
  });
});
