import { USAGE_PERIODS, usagePeriod } from './usage-periods.js';

const spans = (now: string) =>
  Object.fromEntries(
    USAGE_PERIODS.map((name) => {
      const { from, to, previous } = usagePeriod(name, new Date(now));
      const moments = [previous.from, previous.to, from, to];
      return [name, moments.map((time) => time.toISOString().slice(0, 13))];
    }),
  );

describe('usagePeriod', () => {
  it('ends with the current hour, and compares with the same span earlier', () => {
    expect(spans('2026-03-29T09:30:00.000Z')).toEqual({
      '24h': ['2026-03-27T10', '2026-03-28T10', '2026-03-28T10', '2026-03-29T10'],
      '7d': ['2026-03-16T00', '2026-03-22T10', '2026-03-23T00', '2026-03-29T10'],
      '30d': ['2026-01-29T00', '2026-02-27T10', '2026-02-28T00', '2026-03-29T10'],
      '90d': ['2025-10-01T00', '2025-12-29T10', '2025-12-30T00', '2026-03-29T10'],
    });
  });

  it('contains the hour that begins at this moment', () => {
    expect(spans('2026-03-29T00:00:00.000Z')).toMatchObject({
      '24h': ['2026-03-27T01', '2026-03-28T01', '2026-03-28T01', '2026-03-29T01'],
      '7d': ['2026-03-16T00', '2026-03-22T01', '2026-03-23T00', '2026-03-29T01'],
    });
  });

  it('contains the last hour of a day', () => {
    expect(spans('2026-03-28T23:59:59.999Z')).toMatchObject({
      '24h': ['2026-03-27T00', '2026-03-28T00', '2026-03-28T00', '2026-03-29T00'],
      '7d': ['2026-03-15T00', '2026-03-22T00', '2026-03-22T00', '2026-03-29T00'],
    });
  });
});
