import { seededRandom } from '../../../../test/support/seeded-random.js';
import { SlidingWindows } from './sliding-window.js';

const WINDOW_MS = 60_000;

/** Windows on a clock that stands still until it is moved. */
function setUp(maxKeys?: number) {
  const clock = { now: 1_000_000 };
  return { clock, windows: new SlidingWindows(WINDOW_MS, () => clock.now, maxKeys) };
}

function takeTimes(windows: SlidingWindows, count: number, limit: number, key = 'user'): number {
  let accepted = 0;
  for (let i = 0; i < count; i++) if (!windows.take(key, limit).isBlocked) accepted++;
  return accepted;
}

describe('a sliding window', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with a naive model on random schedule %i', (seed) => {
    const random = seededRandom(seed);
    const { clock, windows } = setUp();
    const limits = [1, 3, 20, 100].map((limit) => Math.ceil(limit * (0.5 + random())));
    const accepted: { time: number; limit: number }[] = [];
    const found: object[] = [];
    const expected: object[] = [];

    for (let call = 0; call < 2_000; call++) {
      // Bursts at one moment, small steps, and steps of the window's length or a millisecond less.
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
    const { clock, windows } = setUp();
    expect(takeTimes(windows, 150, 100)).toBe(100);
    clock.now += WINDOW_MS - 1;
    expect(takeTimes(windows, 150, 100)).toBe(0);
    clock.now += 1;
    expect(takeTimes(windows, 150, 100)).toBe(100);
  });

  it('gives no double budget at the edge of a minute', () => {
    const { clock, windows } = setUp();
    clock.now += WINDOW_MS - 10;
    expect(takeTimes(windows, 100, 100)).toBe(100);
    clock.now += 20;
    expect(takeTimes(windows, 100, 100)).toBe(0);
  });

  it('charges nothing for a refused call', () => {
    const { clock, windows } = setUp();
    takeTimes(windows, 3, 3);
    clock.now += 30_000;
    expect(takeTimes(windows, 1_000, 3)).toBe(0);
    clock.now += 30_000;
    expect(takeTimes(windows, 3, 3)).toBe(3);
  });

  it('forgets nothing when a role goes from premium to standard and back', () => {
    const { clock, windows } = setUp();
    expect(takeTimes(windows, 400, 500)).toBe(400);
    clock.now += 1_000;
    expect(takeTimes(windows, 50, 100)).toBe(0);
    clock.now += 1_000;
    expect(takeTimes(windows, 500, 500)).toBe(100);
  });

  it('counts each key by itself', () => {
    const { windows } = setUp();
    expect(takeTimes(windows, 5, 3, 'one')).toBe(3);
    expect(takeTimes(windows, 5, 3, 'two')).toBe(3);
  });

  it('allocates nothing for a limit', () => {
    const { windows } = setUp();
    expect(takeTimes(windows, 10, 1_000_000_000)).toBe(10);
  });

  it('peeks without counting and without remembering the key', () => {
    const { windows } = setUp();
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
  it('are whole seconds, rounded up, until the oldest call leaves', () => {
    const { clock, windows } = setUp();
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

  it('are never zero while a call is counted, even for less than numbers can tell', () => {
    const { clock, windows } = setUp();
    clock.now = 1e-13;
    windows.take('user', 1);
    clock.now = WINDOW_MS;
    expect(windows.take('user', 1)).toMatchObject({ isBlocked: true, timeToExpire: 1, timeToBlockExpire: 1 });
  });

  it.each([1, 2, 3, 4, 5])('make a lone caller succeed after Retry-After, on random schedule %i', (seed) => {
    const random = seededRandom(seed);
    const { clock, windows } = setUp();
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

describe('an acceptance that is given back', () => {
  it('makes room for another call', () => {
    const { windows } = setUp();
    takeTimes(windows, 2, 3);
    const { giveBack } = windows.takeReturnable('user', 3);
    expect(windows.take('user', 3).isBlocked).toBe(true);
    giveBack();
    expect(takeTimes(windows, 2, 3)).toBe(1);
  });

  it('takes nothing from the calls around it', () => {
    const { clock, windows } = setUp();
    windows.take('user', 3);
    clock.now += 10_000;
    const { giveBack } = windows.takeReturnable('user', 3);
    clock.now += 10_000;
    windows.take('user', 3);
    giveBack();
    expect(windows.peek('user', 3)).toMatchObject({ totalHits: 2, timeToExpire: 40 });
    clock.now += 40_000;
    expect(windows.peek('user', 3)).toMatchObject({ totalHits: 1, timeToExpire: 20 });
  });

  it('is nothing when the call was refused', () => {
    const { windows } = setUp();
    takeTimes(windows, 3, 3);
    windows.takeReturnable('user', 3).giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(3);
  });

  it('is given back once, however often that is said', () => {
    const { windows } = setUp();
    windows.take('user', 3);
    const { giveBack } = windows.takeReturnable('user', 3);
    giveBack();
    giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(1);
  });

  it('is harmless when it has left the window already', () => {
    const { clock, windows } = setUp();
    const { giveBack } = windows.takeReturnable('user', 3);
    clock.now += WINDOW_MS;
    windows.take('user', 3);
    giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(1);
  });
});

describe('what was accepted lately', () => {
  it('is known to the millisecond, and to the call', () => {
    const { clock, windows } = setUp();
    for (let i = 0; i < 5; i++) {
      windows.note('user');
      clock.now += 1_000;
    }
    // Five, four, three, two and one second ago.
    const most = (milliseconds: number) =>
      [1, 2, 3, 4, 5, 6].filter((count) => windows.hasAccepted(count, 'user', milliseconds)).length;
    expect([1_000, 1_001, 3_000, 3_001, 5_001, 60_000].map(most)).toEqual([0, 1, 2, 3, 5, 5]);
    expect(windows.hasAccepted(1, 'other', 60_000)).toBe(false);
  });
});

describe('many keys', () => {
  it('are as many as may be', () => {
    const { windows } = setUp(3);
    for (const key of ['a', 'b', 'c']) windows.take(key, 9);
    expect(windows.size).toBe(3);
    windows.take('d', 9);
    expect(['a', 'b', 'c', 'd'].map((key) => windows.countOf(key))).toEqual([0, 1, 1, 1]);
  });

  it('stay within the bound; the one that was used longest ago goes first', () => {
    const { clock, windows } = setUp(100);
    for (let i = 0; i < 1_000; i++) {
      clock.now += 1;
      windows.take(`address ${i}`, 1);
      windows.take('busy', 5_000);
      expect(windows.size).toBeLessThanOrEqual(100);
    }
    expect(windows.peek('busy', 5_000).totalHits).toBe(1_000);
    expect(windows.peek('address 999', 1).totalHits).toBe(1);
    expect(windows.peek('address 0', 1).totalHits).toBe(0);
  });

  it('are swept once they were idle for a window, by whatever call comes then', () => {
    const { clock, windows } = setUp();
    for (let i = 0; i < 1_000; i++) windows.take(`user ${i}`, 1);
    clock.now += WINDOW_MS - 1;
    takeTimes(windows, 600, 1_000, 'busy');
    expect(windows.size).toBe(1_001);
    clock.now += 1;
    takeTimes(windows, 600, 2_000, 'busy');
    expect(windows.size).toBe(1);
  });
});
