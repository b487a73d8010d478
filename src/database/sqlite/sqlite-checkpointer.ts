// Trap: when its log is long enough, SQLite writes it back into the file within a COMMIT. That would block the thread
// that handles requests for tens of milliseconds, so another thread does it earlier.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The length at which SQLite itself would write the log back. */
const LOG_BYTES = 4 * 1024 * 1024;
const PAUSE_MS = 1_000;

/** If the thread fails, SQLite writes the log back itself at this many pages, 80 MB. */
export const CHECKPOINT_AT_LAST_PAGES = 20_000;

// As text, because a worker can't load TypeScript in tests. If a checkpoint fails, the next commit tries again. If the
// disk is full, writes fail too, and those are logged.
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

/** Writes the log of an SQLite file back into the file on a thread of its own, which starts when it is first needed. */
export class SqliteCheckpointer {
  private worker: Worker | null = null;
  private isBusy = false;
  private isStopped = false;
  private lastMs = 0;

  constructor(
    private readonly path: string,
    private readonly monotonicMs: () => number,
  ) {}

  /** @param logBytes the length of the log after a commit. */
  committed(logBytes: number): void {
    if (this.isStopped || logBytes < LOG_BYTES || this.isBusy || this.monotonicMs() - this.lastMs < PAUSE_MS)
      return;
    this.isBusy = true;
    this.lastMs = this.monotonicMs();
    this.worker ??= this.start();
    this.worker.postMessage('checkpoint');
  }

  /** Trap: terminating the thread while libsql works would end the whole process, so the thread is asked to end. */
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
