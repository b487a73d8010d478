import { createWindows, takeTimes, WINDOW_MS } from '../../../../test/support/sliding-windows.js';

describe('an acceptance that is given back', () => {
  it('makes room for another request', () => {
    const { windows } = createWindows();
    takeTimes(windows, 2, 3);
    const { giveBack } = windows.takeReturnable('user', 3);
    expect(windows.take('user', 3).isBlocked).toBe(true);
    giveBack();
    expect(takeTimes(windows, 2, 3)).toBe(1);
  });

  it('takes nothing from the requests around it', () => {
    const { clock, windows } = createWindows();
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

  it('is nothing when the request was denied', () => {
    const { windows } = createWindows();
    takeTimes(windows, 3, 3);
    windows.takeReturnable('user', 3).giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(3);
  });

  it('is given back once, however often that is asked', () => {
    const { windows } = createWindows();
    windows.take('user', 3);
    const { giveBack } = windows.takeReturnable('user', 3);
    giveBack();
    giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(1);
  });

  it('does nothing when it has already left the window', () => {
    const { clock, windows } = createWindows();
    const { giveBack } = windows.takeReturnable('user', 3);
    clock.now += WINDOW_MS;
    windows.take('user', 3);
    giveBack();
    expect(windows.peek('user', 3).totalHits).toBe(1);
  });
});

describe('recent acceptances', () => {
  it('are known to the millisecond and to the request', () => {
    const { clock, windows } = createWindows();
    for (let i = 0; i < 5; i++) {
      windows.note('user');
      clock.now += 1_000;
    }
    // Requests were accepted five, four, three, two and one second ago.
    const most = (milliseconds: number) =>
      [1, 2, 3, 4, 5, 6].filter((count) => windows.hasAccepted(count, 'user', milliseconds)).length;
    expect([1_000, 1_001, 3_000, 3_001, 5_001, 60_000].map(most)).toEqual([0, 1, 2, 3, 5, 5]);
    expect(windows.hasAccepted(1, 'other', 60_000)).toBe(false);
  });
});

describe('many keys', () => {
  it('are kept up to the bound', () => {
    const { windows } = createWindows(3);
    for (const key of ['a', 'b', 'c']) windows.take(key, 9);
    expect(windows.size).toBe(3);
    windows.take('d', 9);
    expect(['a', 'b', 'c', 'd'].map((key) => windows.countOf(key))).toEqual([0, 1, 1, 1]);
  });

  it('stay within the bound; the one used longest ago goes first', () => {
    const { clock, windows } = createWindows(100);
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

  it('are swept by later requests once they have been idle for a window', () => {
    const { clock, windows } = createWindows();
    for (let i = 0; i < 1_000; i++) windows.take(`user ${i}`, 1);
    clock.now += WINDOW_MS - 1;
    takeTimes(windows, 600, 1_000, 'busy');
    expect(windows.size).toBe(1_001);
    clock.now += 1;
    takeTimes(windows, 600, 2_000, 'busy');
    expect(windows.size).toBe(1);
  });
});
