// Parent and child share this file: with an argument, it runs as the child that compares.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcrypt';

const TEXT = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
const COST = 10;

/** A child process that compares a key with its hash on request. */
export function startBcrypt(): { compareMs(): Promise<number>; stop(): void } {
  const child = fork(fileURLToPath(import.meta.url), ['child'], { execArgv: [] });
  return {
    compareMs: async () => {
      const response = once(child, 'message');
      child.send('compare');
      const [milliseconds] = (await response) as [number];
      return milliseconds;
    },
    stop: () => void child.disconnect(),
  };
}

if (process.argv[2] === 'child') {
  const hash = await bcrypt.hash(TEXT, COST);
  process.on('message', () => {
    const startedAt = performance.now();
    void bcrypt.compare(TEXT, hash).then(() => process.send?.(performance.now() - startedAt));
  });
}
