// Trap: SQLite writes its log back into the file within the COMMIT that makes the log long enough, on the thread that
// answers requests, which then waits for the disk for tens of milliseconds. So another thread does it first.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** As long as SQLite itself lets its log become. */
const LOG_BYTES = 4 * 1024 * 1024;
const PAUSE_MS = 1_000;

/** Should the thread fail, SQLite does it itself at this many pages, 80 MB. */
export const CHECKPOINT_AT_LAST_PAGES = 20_000;

// Text, as a worker cannot load TypeScript when the tests run it. A checkpoint that fails is tried again with the next
// commit; a disk that is full shows itself to whoever writes.
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const Sqlite = require(workerData.libsql);
parentPort.on('message', (message) => {
  if (message === 'end') return parentPort.close();
  try {
    const database = new Sqlite(workerData.path, { timeout: 0 });
    database.pragma('wal_checkpoint(PASSIVE)');
    database.close();
  } catch {}
  parentPort.postMessage('done');
});
`;

/** Writes the log of an SQLite file back into the file, on a thread of its own that starts with the first need. */
export class SqliteCheckpointer {
  private worker: Worker | null = null;
  private isBusy = false;
  private isStopped = false;
  private lastMs = 0;

  constructor(
    private readonly path: string,
    private readonly monotonicMs: () => number,
  ) {}

  /** Tells how long the log is after a commit. */
  committed(logBytes: number): void {
    if (this.isStopped || logBytes < LOG_BYTES || this.isBusy || this.monotonicMs() - this.lastMs < PAUSE_MS)
      return;
    this.isBusy = true;
    this.lastMs = this.monotonicMs();
    this.worker ??= this.start();
    this.worker.postMessage('checkpoint');
  }

  /** Trap: libsql ends the whole process when its thread is terminated in the middle, so the thread is asked to end. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.isStopped = true;
    this.worker = null;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('end');
    await ended;
  }

  private start(): Worker {
    const libsql = createRequire(import.meta.url).resolve('libsql');
    const worker = new Worker(PROGRAM, { eval: true, workerData: { libsql, path: this.path } });
    worker.unref();
    worker.on('message', () => (this.isBusy = false));
    worker.on('error', () => {
      this.worker = null;
      this.isBusy = false;
    });
    return worker;
  }
}
