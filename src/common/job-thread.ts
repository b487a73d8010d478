import { Worker } from 'node:worker_threads';
import { unavailable } from './errors/index.js';

/** Weighs a tenth of a normal thread: enough to get on with the work on a machine that is always busy. */
const NICENESS = 10;

// Text, as a worker cannot load TypeScript when the tests run it. On other systems than Linux the priority is
// that of the whole process, so it is left alone there. A sandbox may forbid the call: then all stays as it is.
const withLoop = (program: string): string => `
const { setPriority } = require('node:os');
const { parentPort, workerData } = require('node:worker_threads');
try {
  if (process.platform === 'linux') setPriority(${NICENESS});
} catch {}
const run = (() => { ${program} })();
parentPort.on('message', (job) => {
  try {
    parentPort.postMessage({ result: run(job) });
  } catch (error) {
    parentPort.postMessage({ error });
  }
});
`;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface JobThreadOptions {
  /** CommonJS text that returns the function which does a job; `workerData` is the data below. */
  readonly program: string;
  readonly data: unknown;
  /** How long the thread stays without a job before it ends and gives its memory back; for ever when missing. */
  readonly idleMs?: number;
}

/** A thread of low priority that does one job at a time. It starts with the first and keeps no process alive. */
export class JobThread<Job> {
  private worker: Worker | null = null;
  private pending: Pending | null = null;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: JobThreadOptions) {}

  /** Throws what the job throws, and `unavailable` when the thread ends meanwhile; the next job gets a new one. */
  run<T>(job: Job): Promise<T> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    return new Promise<T>((resolve, reject) => {
      this.pending = { resolve, reject };
      worker.ref();
      worker.postMessage(job);
    });
  }

  private start(): Worker {
    const { program, data } = this.options;
    const worker = new Worker(withLoop(program), { eval: true, workerData: data });
    worker.on('message', (answer: { result: never } | { error: unknown }) => {
      worker.unref();
      this.settle((job) => ('error' in answer ? job.reject(answer.error) : job.resolve(answer.result)));
      this.endWhenIdle(worker);
    });
    // It fails only as a whole, such as for want of memory.
    let cause = new Error('The thread has ended');
    worker.on('error', (error: Error) => (cause = error));
    worker.on('exit', () => {
      if (this.worker !== worker) return;
      this.worker = null;
      this.settle((job) => job.reject(unavailable(cause)));
    });
    return worker;
  }

  private settle(use: (job: Pending) => void): void {
    const { pending } = this;
    this.pending = null;
    if (pending) use(pending);
  }

  private endWhenIdle(worker: Worker): void {
    if (this.options.idleMs === undefined) return;
    this.idle = setTimeout(() => {
      this.worker = null;
      void worker.terminate();
    }, this.options.idleMs).unref();
  }
}
