import { seededRandom } from '../../../../test/support/seeded-random.js';
import { createWindows, takeTimes, WINDOW_MS } from '../../../../test/support/sliding-windows.js';

describe('a sliding window', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with a naive model on random schedule %i', (seed) => {
    const random = seededRandom(seed);
    const { clock, windows } = createWindows();
    const limits = [1, 3, 20, 100].map((limit) => Math.ceil(limit * (0.5 + random())));
    const accepted: { time: number; limit: number }[] = [];
    const found: object[] = [];
    const expected: object[] = [];

    for (let call = 0; call < 2_000; call++) {
      // Between two requests, no time passes (a burst), or a short time, or the window's length, or a millisecond less.
      const step = random();
      clock.now +=
        step < 0.6 ? 0 : step < 0.95 ? Math.floor(random() * 2_000) : WINDOW_MS - Math.floor(random() * 2);
      const limit = limits[Math.floor(random() * limits.length)]!;
      const young = accepted.filter(({ time }) => time > clock.now - WINDOW_MS).length;
      const { isBlocked, totalHits } = windows.take('user', limit);
      found.push({ isBlocked, totalHits });
      expected.push({ isBlocked: young >= limit, totalHits: young >= limit ? young : young + 1 });
      if (!isBlocked) accepted.push({ time: clock.now, limit });
    }

    expect(found).toEqual(expected);
    const tooMany = accepted.filter(({ time, limit }, index) => {
      const span = accepted.slice(0, index + 1).filter((earlier) => earlier.time > time - WINDOW_MS);
      return span.length > limit;
    });
    expect(tooMany).toEqual([]);
    expect(accepted.length).toBeGreaterThan(200);
  });

  it('lets a full burst through again exactly one window later, and not a millisecond earlier', () => {
    const { clock, windows } = createWindows();
    expect(takeTimes(windows, 150, 100)).toBe(100);
    clock.now += WINDOW_MS - 1;
    expect(takeTimes(windows, 150, 100)).toBe(0);
    clock.now += 1;
    expect(takeTimes(windows, 150, 100)).toBe(100);
  });

  it('gives no double budget at the edge of a minute', () => {
    const { clock, windows } = createWindows();
    clock.now += WINDOW_MS - 10;
    expect(takeTimes(windows, 100, 100)).toBe(100);
    clock.now += 20;
    expect(takeTimes(windows, 100, 100)).toBe(0);
  });

  it('charges nothing for a denied request', () => {
    const { clock, windows } = createWindows();
    takeTimes(windows, 3, 3);
    clock.now += 30_000;
    expect(takeTimes(windows, 1_000, 3)).toBe(0);
    clock.now += 30_000;
    expect(takeTimes(windows, 3, 3)).toBe(3);
  });

  it('forgets nothing when a role goes from premium to standard and back', () => {
    const { clock, windows } = createWindows();
    expect(takeTimes(windows, 400, 500)).toBe(400);
    clock.now += 1_000;
    expect(takeTimes(windows, 50, 100)).toBe(0);
    clock.now += 1_000;
    expect(takeTimes(windows, 500, 500)).toBe(100);
  });

  it('counts each key separately', () => {
    const { windows } = createWindows();
    expect(takeTimes(windows, 5, 3, 'one')).toBe(3);
    expect(takeTimes(windows, 5, 3, 'two')).toBe(3);
  });

  it('allocates nothing for a limit', () => {
    const { windows } = createWindows();
    expect(takeTimes(windows, 10, 1_000_000_000)).toBe(10);
  });

  it('peeks without counting and without remembering the key', () => {
    const { windows } = createWindows();
    expect(windows.peek('user', 3)).toEqual({
      totalHits: 0,
      timeToExpire: 0,
      isBlocked: false,
      timeToBlockExpire: 0,
    });
    expect(windows.size).toBe(0);
    takeTimes(windows, 3, 3);
    expect(windows.peek('user', 3)).toEqual({
      totalHits: 3,
      timeToExpire: 60,
      isBlocked: true,
      timeToBlockExpire: 60,
    });
    expect(windows.peek('user', 4).isBlocked).toBe(false);
  });
});

describe('the times that a window tells', () => {
  it('are whole seconds, rounded up, until the oldest request leaves', () => {
    const { clock, windows } = createWindows();
    expect(windows.take('user', 9).timeToExpire).toBe(60);
    clock.now += 1;
    expect(windows.take('user', 9).timeToExpire).toBe(60);
    clock.now += 999;
    expect(windows.take('user', 9).timeToExpire).toBe(59);
    clock.now += 58_999;
    expect(windows.take('user', 9).timeToExpire).toBe(1);
    clock.now += 1;
    expect(windows.take('user', 9).timeToExpire).toBe(1);
  });

  it('are never zero while a request is counted, even below the precision of numbers', () => {
    const { clock, windows } = createWindows();
    clock.now = 1e-13;
    windows.take('user', 1);
    clock.now = WINDOW_MS;
    expect(windows.take('user', 1)).toMatchObject({ isBlocked: true, timeToExpire: 1, timeToBlockExpire: 1 });
  });

  it.each([1, 2, 3, 4, 5])('make a lone caller succeed after Retry-After, on random schedule %i', (seed) => {
    const random = seededRandom(seed);
    const { clock, windows } = createWindows();
    for (let round = 0; round < 300; round++) {
      const before = 1 + Math.floor(random() * 30);
      for (let i = 0; i < before; i++) {
        clock.now += Math.floor(random() * 3_000);
        windows.take('user', 30);
      }
      const limit = 1 + Math.floor(random() * 30);
      const record = windows.take('user', limit);
      if (!record.isBlocked) continue;
      expect(record.timeToBlockExpire).toBeGreaterThan(0);
      clock.now += (record.timeToBlockExpire - 1) * 1_000;
      expect(windows.peek('user', limit).isBlocked).toBe(true);
      clock.now += 1_000;
      expect(windows.take('user', limit).isBlocked).toBe(false);
    }
  });
});
