import { accessSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'libsql';
import { unavailable } from '../../common/errors/index.js';
import { errorCode, isSqliteBusy } from '../driver-errors/driver-errors.js';
import { fileIdentity } from './sqlite-file.js';

/** The number of attempts to take the lock. Another server that is stopping may need some time to release it. */
const ATTEMPTS = 5;
const PAUSE_MS = 100;

/**
 * Keeps a second server from using the same SQLite file. For this purpose, it locks a separate file beside the SQLite
 * file.
 */
export class SqliteLock {
  private identity: string;

  private constructor(
    private readonly path: string,
    private held: Sqlite.Database,
  ) {
    this.identity = fileIdentity(path).identity;
  }

  /**
   * Takes the lock, and creates the database file if it doesn't exist. Throws an error that explains the fix if the
   * file can't be used.
   */
  static async take(databasePath: string): Promise<SqliteLock> {
    ensureWritable(resolve(databasePath));
    // The lock file is beside the real file, so a symbolic link to the same file leads to the same lock.
    const file = realpathSync(databasePath);
    if (statSync(file).nlink > 1)
      throw new Error(
        `${file} has several hard links, and SQLite cannot tell that they are the same file. Use a copy without hard links.`,
      );
    const path = `${file}.lock`;
    for (let attempt = 1; ; attempt++) {
      const held = tryLock(path);
      if (held) return new SqliteLock(path, held);
      if (attempt === ATTEMPTS) throw new Error(inUse(databasePath));
      await sleep(PAUSE_MS);
    }
  }

  /**
   * Throws `unavailable` if another server has the lock. If the lock file was deleted, immediately creates and locks a
   * new one, so that no other server can start.
   */
  assertHeld(): void {
    if (fileIdentity(this.path).identity === this.identity) return;
    try {
      const held = tryLock(this.path);
      if (!held) throw new Error(`Another server has also locked ${this.path}. Stop one of the servers.`);
      this.held.close();
      this.held = held;
      this.identity = fileIdentity(this.path).identity;
    } catch (error) {
      throw unavailable(error);
    }
  }

  release(): void {
    this.held.close();
  }
}

/**
 * Locks the file, and creates it if it doesn't exist. Returns `null` if another process has the lock. The operating
 * system releases the lock if this process dies. Caution: a lock on a read-only file doesn't exclude other processes. So
 * this function also executes CREATE TABLE, which fails on a read-only file.
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
    if (isSqliteBusy(error)) return null;
    throw new Error(`${path} cannot be locked (${errorCode(error)}). Make the file writable, or delete it.`, {
      cause: error,
    });
  }
}

/**
 * Creates the file if it doesn't exist. Throws an error if the file is not writable. Caution: if a process opens and
 * closes a file, it loses its SQLite locks on that file. So this function must not open an existing file.
 */
function ensureWritable(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return closeSync(openSync(path, 'a'));
    if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
    accessSync(path, constants.W_OK);
  } catch (error) {
    const fix = "Give the server's user write permission, or set DATABASE_URL to another file.";
    throw new Error(`${path} cannot be written to (${errorCode(error)}). ${fix}`, { cause: error });
  }
}

const inUse = (path: string): string =>
  `Another server is already using the SQLite file ${path}. Stop that server, set a different DATABASE_URL for this ` +
  'one, or use MySQL or MariaDB to run several servers.';
