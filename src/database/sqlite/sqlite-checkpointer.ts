// Trap: when the write-ahead log is long, SQLite copies it into the database file during a COMMIT. This is called a
// checkpoint. It would block the event loop for tens of milliseconds, so a worker thread runs it earlier.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The length of the log that triggers a checkpoint. It is the same as the default of SQLite. */
const LOG_BYTES = 4 * 1024 * 1024;
const PAUSE_MS = 1_000;

/**
 * The number of pages in the log, about 80 MB, at which SQLite runs its own checkpoint. This happens only if the worker
 * thread fails.
 */
export const MAX_LOG_PAGES = 20_000;

// The program is a string because a worker can't load TypeScript in tests. It ignores errors, because the next commit
// triggers another checkpoint. On a full disk, the writes fail, too, and those errors are logged.
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

/** Runs the checkpoints of an SQLite file on a worker thread, which starts with the first checkpoint. */
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
   * Call this after each commit.
   * @param logBytes the length of the log.
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
   * Stops the thread. Trap: terminating the thread during a checkpoint would crash the process, so this method asks the
   * thread to end.
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
