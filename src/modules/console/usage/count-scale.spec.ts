import { countScale } from './count-scale.js';

const EVERY_MAXIMUM = [1, 2, 3, 5, 6, 9, 10, 11, 25, 26, 99, 101].flatMap((digits) =>
  Array.from({ length: 11 }, (_, power) => digits * 10 ** power),
);

describe('countScale', () => {
  it.each([
    [1, [0, 1, 2]],
    [3, [0, 1, 2, 3]],
    [9, [0, 2, 4, 6, 8, 10]],
    [11, [0, 5, 10, 15]],
    [46_000, [0, 10_000, 20_000, 30_000, 40_000, 50_000]],
    [89_999, [0, 20_000, 40_000, 60_000, 80_000, 100_000]],
    [1e12, [0, 2e11, 4e11, 6e11, 8e11, 1e12]],
  ])('labels an axis up to %d', (max, values) => {
    expect(countScale(max)).toEqual(values);
  });

  it.each(EVERY_MAXIMUM)('has 2 to 5 labels beside 0 for %d, and fits closely', (max) => {
    const values = countScale(max);
    const top = values.at(-1)!;
    expect(values.length).toBeGreaterThanOrEqual(3);
    expect(values.length).toBeLessThanOrEqual(6);
    expect(top).toBeGreaterThanOrEqual(max);
    expect(top).toBeLessThanOrEqual(2 * max);
  });
});
