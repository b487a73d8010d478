import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the check holds; throws what it waited for when that takes too long. */
export async function eventually(
  description: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < timeoutMs; await sleep(20))
    if (await condition()) return;
  throw new Error(`Waited for ${timeoutMs} ms in vain: ${description}`);
}
