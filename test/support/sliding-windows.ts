import { SlidingWindows } from '../../src/modules/rate-limit/windows/sliding-window.js';

export const WINDOW_MS = 60_000;

/** Windows on a clock that stands still until a test moves it. */
export function createWindows(maxKeys?: number) {
  const clock = { now: 1_000_000 };
  return { clock, windows: new SlidingWindows(WINDOW_MS, () => clock.now, maxKeys) };
}

/** Takes from a window several times. @returns how often a request was accepted. */
export function takeTimes(windows: SlidingWindows, count: number, limit: number, key = 'user'): number {
  let accepted = 0;
  for (let i = 0; i < count; i++) if (!windows.take(key, limit).isBlocked) accepted++;
  return accepted;
}
