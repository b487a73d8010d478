import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { unavailable } from '../../common/errors/index.js';

const MISSING = 'missing';

/** Identifies the file at a path, so that a replacement is noticed. Also gives its size in bytes. */
export function identityOf(path: string): { identity: string; size: bigint } {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats
    ? { identity: `${stats.dev}:${stats.ino}`, size: stats.size }
    : { identity: MISSING, size: 0n };
}

/**
 * The file of an open database. Trap: SQLite keeps writing to a file that was deleted or replaced, and those writes are
 * lost when the process ends. So each use checks before and after that the path still leads to the same file.
 */
export class SqliteFile {
  private readonly path: string;
  private readonly logPath: string;
  /** The file that each path led to at first. */
  private readonly identities = new Map<string, string>();
  private hasContent = false;
  /** The length of SQLite's log at the last check. */
  logBytes = 0;

  /** @param path of a file that exists. */
  constructor(path: string) {
    this.path = resolve(path);
    // Behind a symbolic link, SQLite keeps its log beside the real file.
    this.logPath = `${realpathSync(path)}-wal`;
  }

  /** Throws `unavailable` if the file is no longer in its place. */
  assertInPlace(): void {
    const size = this.assertSame(this.path);
    this.hasContent ||= size > 0n;
    if (this.hasContent && size === 0n) throw lost(`${this.path} was emptied`);
    this.logBytes = Number(this.assertSame(this.logPath));
  }

  private assertSame(path: string): bigint {
    const { identity, size } = identityOf(path);
    const known = this.identities.get(path);
    if (known === undefined && identity !== MISSING) this.identities.set(path, identity);
    if (known !== undefined && identity !== known) throw lost(`${path} was deleted or replaced`);
    return size;
  }
}

const lost = (what: string) => unavailable(new Error(`${what}. Put it back, or restart the server.`));
