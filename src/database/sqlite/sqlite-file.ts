import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { unavailable } from '../../common/errors/index.js';

const MISSING = 'missing';

/** What tells the file under a path from another one that takes its place; its size in bytes. */
export function identityOf(path: string): { identity: string; size: bigint } {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats
    ? { identity: `${stats.dev}:${stats.ino}`, size: stats.size }
    : { identity: MISSING, size: 0n };
}

/**
 * The file of an open database. Trap: SQLite goes on writing to a file that was deleted or replaced, and all of that
 * is gone with the process. So each use begins and ends with a look at whether it is still the one under its path.
 */
export class SqliteFile {
  private readonly path: string;
  private readonly logPath: string;
  /** What each path led to when it was first seen. */
  private readonly identities = new Map<string, string>();
  private hasContent = false;
  /** How long SQLite's log of newest changes was at the last look. */
  logBytes = 0;

  /** @param path of a file that exists. */
  constructor(path: string) {
    this.path = resolve(path);
    // SQLite keeps the newest changes beside the file that a symbolic link leads to.
    this.logPath = `${realpathSync(path)}-wal`;
  }

  /** Throws `unavailable` when the file is not where it was. */
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
