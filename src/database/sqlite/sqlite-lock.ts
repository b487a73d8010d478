import { accessSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'libsql';
import { unavailable } from '../../common/errors/index.js';
import { codeOf, isBusy } from '../driver-errors/driver-errors.js';
import { identityOf } from './sqlite-file.js';

/** Gives a server that is stopping a moment to release the lock. */
const ATTEMPTS = 5;
const PAUSE_MS = 100;

/** Keeps a second server from opening the same SQLite file, by locking a file beside it. */
export class SqliteLock {
  private identity: string;

  private constructor(
    private readonly path: string,
    private held: Sqlite.Database,
  ) {
    this.identity = identityOf(path).identity;
  }

  /** Creates the database's file if needed. Throws an error that says what to do if the file can't be used. */
  static async take(databasePath: string): Promise<SqliteLock> {
    ensureWritable(resolve(databasePath));
    // Other names of the file, such as symbolic links, must find the same lock.
    const file = realpathSync(databasePath);
    if (statSync(file).nlink > 1)
      throw new Error(`${file} has hard links, which SQLite cannot tell apart. Copy it.`);
    const path = `${file}.lock`;
    for (let attempt = 1; ; attempt++) {
      const held = tryLock(path);
      if (held) return new SqliteLock(path, held);
      if (attempt === ATTEMPTS) throw new Error(inUse(databasePath));
      await sleep(PAUSE_MS);
    }
  }

  /**
   * Throws `unavailable` if another server has the lock. If the lock file was deleted, a new one is created and locked
   * at once, or another server could start.
   */
  assertHeld(): void {
    if (identityOf(this.path).identity === this.identity) return;
    try {
      const held = tryLock(this.path);
      if (!held) throw new Error(`Another server has locked ${this.path} too. Stop one of them.`);
      this.held.close();
      this.held = held;
      this.identity = identityOf(this.path).identity;
    } catch (error) {
      throw unavailable(error);
    }
  }

  release(): void {
    this.held.close();
  }
}

/**
 * Locks the file and creates it if needed. Returns `null` if another process has the lock. The system frees the lock
 * when this process dies. Trap: locking a read-only file keeps nobody out, so the transaction writes.
 */
function tryLock(path: string): Sqlite.Database | null {
  ensureWritable(path);
  const lock = new Sqlite(path, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    lock.exec('CREATE TABLE held (id INTEGER)');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw new Error(`${path} cannot be locked (${codeOf(error)}). Make it writable, or delete it.`, {
      cause: error,
    });
  }
}

/** Trap: closing any handle of a file drops this process's SQLite locks on it, so an existing file is not opened. */
function ensureWritable(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return closeSync(openSync(path, 'a'));
    if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
    accessSync(path, constants.W_OK);
  } catch (error) {
    const cure = 'Give this user the right to write it, or name another file in DATABASE_URL.';
    throw new Error(`${path} cannot be written (${codeOf(error)}). ${cure}`, { cause: error });
  }
}

const inUse = (path: string): string =>
  `Another server already uses the SQLite file ${path}. Stop it first, give this one another DATABASE_URL, ` +
  'or move to MySQL/MariaDB to run several servers.';
