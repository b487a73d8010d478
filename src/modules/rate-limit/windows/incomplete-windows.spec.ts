import { Clock } from '../../../common/clock.js';
import { IncompleteWindows } from './incomplete-windows.js';

class StillClock extends Clock {
  ms = 5_000;
  now = () => new Date(this.ms);
  monotonicMs = () => this.ms;
}

function setUp() {
  const clock = new StillClock();
  return { clock, windows: new IncompleteWindows(clock) };
}

it('are known for as long as it was said, and no longer', () => {
  const { clock, windows } = setUp();
  expect(windows.has('a')).toBe(false);
  windows.note('a', 1_000);
  expect([windows.has('a'), windows.has('b')]).toEqual([true, false]);
  clock.ms += 999;
  expect(windows.has('a')).toBe(true);
  clock.ms += 1;
  expect(windows.has('a')).toBe(false);
});

it('hold as long as was said last', () => {
  const { clock, windows } = setUp();
  windows.note('a', 1_000);
  clock.ms += 500;
  windows.note('a', 1_000);
  clock.ms += 999;
  expect(windows.has('a')).toBe(true);
});

it('are ten thousand at most: then the one that was noted longest ago is forgotten', () => {
  const { windows } = setUp();
  windows.note('first', 1_000);
  windows.note('second', 1_000);
  windows.note('first', 1_000);
  for (let i = 0; i < 9_998; i++) windows.note(`other ${i}`, 1_000);
  expect([windows.has('first'), windows.has('second')]).toEqual([true, true]);
  windows.note('one more', 1_000);
  expect([windows.has('first'), windows.has('second')]).toEqual([true, false]);
  windows.note('and one more', 1_000);
  expect([windows.has('first'), windows.has('other 0')]).toEqual([false, true]);
});
