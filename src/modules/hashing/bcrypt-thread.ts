// Trap: bcrypt's own promises run on libuv's threads, which have the priority of the thread that answers calls.
// When the cores are busy, Linux then lets a comparison end its turn before that thread runs again, some
// milliseconds late. So the work is done on a thread of its own, which steps back whenever somebody waits.
import { createRequire } from 'node:module';
import { JobThread } from '../../common/job-thread.js';

interface BcryptJob {
  readonly method: 'hashSync' | 'compareSync';
  readonly args: readonly unknown[];
}

/** A thread of low priority that runs one bcrypt job at a time. */
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
}
