import { jest } from '@jest/globals';

/** Lets a test run what happens every so often. All other timers stay real, as they drive the drivers. */
export const fakeIntervals = (): void =>
  void jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
