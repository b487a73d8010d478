import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition is true. Throws an error with the description after a timeout. */
export async function eventually(
  description: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < timeoutMs; await sleep(20))
    if (await condition()) return;
  throw new Error(`Timed out after ${timeoutMs} ms: ${description}`);
}
