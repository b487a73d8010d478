// Caution: bcrypt's asynchronous functions run on libuv's thread pool. Its threads have the same priority as the main
// thread. So when all cores are busy, the main thread waits several milliseconds until Linux interrupts a hash job.
// Therefore, the jobs run on a separate thread with a low priority, which Linux interrupts immediately.
import { createRequire } from 'node:module';
import { JobThread } from '../../common/job-thread.js';

interface BcryptJob {
  readonly method: 'hashSync' | 'compareSync';
  readonly args: readonly unknown[];
}

/** A low-priority thread that runs one bcrypt job at a time. */
export class BcryptThread {
  private readonly thread = new JobThread<BcryptJob>({
    program: 'const bcrypt = require(workerData); return ({ method, args }) => bcrypt[method](...args);',
    data: createRequire(import.meta.url).resolve('bcrypt'),
  });

  hash(text: string, cost: number): Promise<string> {
    return this.thread.run({ method: 'hashSync', args: [text, cost] });
  }

  compare(text: string, hash: string): Promise<boolean> {
    return this.thread.run({ method: 'compareSync', args: [text, hash] });
  }

  close(): void {
    this.thread.close();
  }
}
