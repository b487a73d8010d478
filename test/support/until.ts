import { setTimeout as sleep } from 'node:timers/promises';

/** Waits up to ten seconds until the condition is true. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error('The condition did not become true');
}
