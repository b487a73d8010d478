import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, for ten seconds at most. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error('It did not come to hold');
}
