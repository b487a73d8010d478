// Trap: bcrypt's own promises run on libuv's threads, which have the priority of the thread that answers calls.
// When the cores are busy, Linux then lets a comparison end its turn before that thread runs again, some
// milliseconds late. So the work is done on a thread of its own, which steps back whenever somebody waits.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Weighs a tenth of a normal thread: enough to get on with the work on a machine that is always busy. */
const NICENESS = 10;

// Text, as a worker cannot load TypeScript when the tests run it. On other systems than Linux the priority is
// that of the whole process, so it is left alone there. A sandbox may forbid the call: then all stays as it is.
const PROGRAM = `
const { setPriority } = require('node:os');
const { parentPort, workerData } = require('node:worker_threads');
const bcrypt = require(workerData);
try {
  if (process.platform === 'linux') setPriority(${NICENESS});
} catch {}
parentPort.on('message', ({ method, args }) => {
  try {
    parentPort.postMessage({ result: bcrypt[method](...args) });
  } catch (error) {
    parentPort.postMessage({ error });
  }
});
`;

interface Job {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread of low priority that runs one bcrypt job at a time. It starts with the first and keeps no process alive. */
export class BcryptThread {
  private worker: Worker | null = null;
  private job: Job | null = null;

  hash(text: string, cost: number): Promise<string> {
    return this.run('hashSync', text, cost);
  }

  compare(text: string, hash: string): Promise<boolean> {
    return this.run('compareSync', text, hash);
  }

  private run<T>(method: 'hashSync' | 'compareSync', ...args: unknown[]): Promise<T> {
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise<T>((resolve, reject) => {
      this.job = { resolve, reject };
      worker.ref();
      worker.postMessage({ method, args });
    });
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: createRequire(import.meta.url).resolve('bcrypt'),
    });
    const settle = (use: (job: Job) => void) => {
      const { job } = this;
      this.job = null;
      worker.unref();
      if (job) use(job);
    };
    worker.on('message', (answer: { result: never } | { error: unknown }) =>
      settle((job) => ('error' in answer ? job.reject(answer.error) : job.resolve(answer.result))),
    );
    // It fails only as a whole, such as for want of memory; the next job gets a new one.
    worker.on('error', (error) => {
      this.worker = null;
      settle((job) => job.reject(error));
    });
    return worker;
  }
}
