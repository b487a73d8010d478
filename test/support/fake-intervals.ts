import { jest } from '@jest/globals';

/**
 * Fakes intervals, so that a test controls periodic work. Other timers stay real, because database drivers
 * need them.
 */
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
