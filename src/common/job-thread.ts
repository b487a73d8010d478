import { Worker } from 'node:worker_threads';
import { unavailable } from './errors/index.js';

/**
 * The nice value of the thread. With this value, the thread gets about a tenth of a normal thread's CPU time on a busy
 * machine, so that its jobs still make progress.
 */
const NICENESS = 10;

// The worker's source code is a string, because workers can't load TypeScript in tests. `setPriority` is called only on
// Linux, because on other systems it would slow down the whole process. A sandbox may forbid the call. The priority
// then stays normal.
const workerSource = (program: string): string => `
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
  /** CommonJS source code that returns a function, which runs a job. The code can read `data` as `workerData`. */
  readonly program: string;
  readonly data: unknown;
  /** How long the thread can be idle before it ends to free its memory. Without this option, the thread never ends. */
  readonly idleMs?: number;
}

/**
 * A low-priority worker thread that runs one job at a time. The thread starts with the first job. While it is idle, it
 * doesn't keep the process alive.
 */
export class JobThread<Job> {
  private worker: Worker | null = null;
  private pending: Pending | null = null;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: JobThreadOptions) {}

  /**
   * Runs a job and returns its result. Call this only after the previous job has ended. Throws the job's error, or
   * `unavailable` if the thread ends during the job. In that case, the next job starts a new thread.
   */
  run<T>(job: Job): Promise<T> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    return new Promise<T>((resolve, reject) => {
      this.pending = { resolve, reject };
      worker.ref();
      worker.postMessage(job);
    });
  }

  /** Ends the thread. Jobs that are running, or that start before the thread has ended, are rejected with `unavailable`. */
  close(): void {
    clearTimeout(this.idle);
    void this.worker?.terminate();
  }

  private start(): Worker {
    const { program, data } = this.options;
    const worker = new Worker(workerSource(program), { eval: true, workerData: data });
    worker.on('message', (message: { result: never } | { error: unknown }) => {
      worker.unref();
      this.settle((job) => ('error' in message ? job.reject(message.error) : job.resolve(message.result)));
      this.endWhenIdle(worker);
    });
    // The `error` event reports failures of the whole thread, for example if it runs out of memory.
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
