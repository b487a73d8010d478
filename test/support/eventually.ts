import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the check holds; throws what it waited for when that takes too long. */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  patienceMs = 10_000,
): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < patienceMs; await sleep(20))
    if (await check()) return;
  throw new Error(`Waited for ${patienceMs} ms in vain: ${what}`);
}
