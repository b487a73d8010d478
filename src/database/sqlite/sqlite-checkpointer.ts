// Caution: when the write-ahead log is long, a COMMIT makes SQLite copy the log into the database file. This is called a
// checkpoint. It would block the event loop for tens of milliseconds, so a worker thread runs checkpoints while the log
// is still shorter.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The length of the write-ahead log that triggers a checkpoint. It is the same as SQLite's default. */
const LOG_BYTES = 4 * 1024 * 1024;
const PAUSE_MS = 1_000;

/**
 * The number of pages in the log (about 80 MB) at which SQLite runs a checkpoint during a COMMIT. The log becomes this
 * long only if the worker thread fails.
 */
export const MAX_WAL_PAGES = 20_000;

// The worker's program is a string, because a worker can't load TypeScript in tests. It ignores errors, because a later
// commit triggers another checkpoint. If the disk is full, commits also fail, and those errors are logged.
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

/** Runs the checkpoints of an SQLite file on a worker thread. The thread starts with the first checkpoint. */
export class SqliteCheckpointer {
  private worker: Worker | null = null;
  private isBusy = false;
  private isStopped = false;
  private lastMs = 0;

  constructor(
    private readonly path: string,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Starts a checkpoint if the log is long enough. Checkpoints never overlap, and start at least `PAUSE_MS` apart. Call
   * this after each commit.
   * @param logBytes the length of the write-ahead log.
   */
  committed(logBytes: number): void {
    if (this.isStopped || logBytes < LOG_BYTES || this.isBusy || this.monotonicMs() - this.lastMs < PAUSE_MS)
      return;
    this.isBusy = true;
    this.lastMs = this.monotonicMs();
    this.worker ??= this.start();
    this.worker.postMessage('checkpoint');
  }

  /**
   * Stops the thread and waits until it has ended. Caution: terminating the thread during a checkpoint would crash the
   * process, so this method asks the thread to end.
   */
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
