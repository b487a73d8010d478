import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { unavailable } from '../../common/errors/index.js';

const MISSING = 'missing';

/**
 * Returns the identity (device and inode) and the size of the file at a path. If a file is replaced, the identity
 * changes.
 */
export function fileIdentity(path: string): { identity: string; size: bigint } {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats
    ? { identity: `${stats.dev}:${stats.ino}`, size: stats.size }
    : { identity: MISSING, size: 0n };
}

/**
 * The file of an open database. Caution: SQLite continues to write to a file that was deleted or replaced. These writes
 * are lost when the process ends. So `SqliteConnections` checks before each use and after each commit that the path
 * still leads to the same file.
 */
export class SqliteFile {
  private readonly path: string;
  private readonly logPath: string;
  /** The identity of the first file that was found at each of the two paths. */
  private readonly identities = new Map<string, string>();
  private hasContent = false;
  /** The length of the write-ahead log at the last check, in bytes. */
  logBytes = 0;

  /** @param path the path of an existing file. */
  constructor(path: string) {
    this.path = resolve(path);
    // If the path is a symbolic link, SQLite stores the log beside the real file.
    this.logPath = `${realpathSync(path)}-wal`;
  }

  /** Throws `unavailable` if the file was deleted, replaced or emptied. */
  assertInPlace(): void {
    const size = this.assertSame(this.path);
    this.hasContent ||= size > 0n;
    if (this.hasContent && size === 0n) throw lost(`${this.path} was emptied`);
    this.logBytes = Number(this.assertSame(this.logPath));
  }

  private assertSame(path: string): bigint {
    const { identity, size } = fileIdentity(path);
    const known = this.identities.get(path);
    if (known === undefined && identity !== MISSING) this.identities.set(path, identity);
    if (known !== undefined && identity !== known) throw lost(`${path} was deleted or replaced`);
    return size;
  }
}

const lost = (what: string) =>
  unavailable(new Error(`${what}. Restore the original file, or restart the server.`));
