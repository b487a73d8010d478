import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { BcryptThread } from './bcrypt-thread.js';

/** The nice values of all threads of this process: proc_pid_stat(5), field 19. */
const niceness = (): number[] =>
  readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });

it('hashes and compares', async () => {
  const thread = new BcryptThread();
  const hash = await thread.hash('secret', 4);
  expect(hash).toMatch(/^\$2b\$04\$/);
  expect(await thread.compare('secret', hash)).toBe(true);
  expect(await thread.compare('Secret', hash)).toBe(false);
});

it('passes on errors of bcrypt, and continues', async () => {
  const thread = new BcryptThread();
  await expect(thread.compare(undefined as unknown as string, 'hash')).rejects.toThrow('data');
  expect(await thread.hash('secret', 4)).toMatch(/^\$2b\$04\$/);
});

(process.platform === 'linux' ? it : it.skip)('runs at a lower priority than the main thread', async () => {
  const before = niceness();
  await new BcryptThread().hash('secret', 4);
  expect(getPriority()).toBeLessThan(10);
  expect(niceness().filter((nice) => nice === 10).length).toBe(
    before.filter((nice) => nice === 10).length + 1,
  );
});

it('starts a new worker after a worker has failed', async () => {
  const thread = new BcryptThread();
  await thread.hash('secret', 4);
  const { worker } = (thread as unknown as { thread: { worker: Worker } }).thread;
  const job = thread.hash('secret', 10);
  worker.emit('error', new Error('out of memory'));
  await worker.terminate();
  await expect(job).rejects.toMatchObject({
    kind: { code: 'unavailable' },
    cause: { message: 'out of memory' },
  });
  expect(await thread.hash('secret', 4)).toMatch(/^\$2b\$04\$/);
});
