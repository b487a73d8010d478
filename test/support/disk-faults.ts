import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests that need a C compiler, on Linux; without one they are skipped, and the run says so. */
export const describeWithDiskFaults = process.env['COMPILER_FOR_TESTS'] ? describe : describe.skip;

/** Lets chosen system calls of a server process fail, as a full or broken disk does. */
export class DiskFaults {
  private readonly folder = mkdtempSync(join(tmpdir(), 'chameleon-faults-'));
  private readonly control = join(this.folder, 'control');
  private readonly library = join(this.folder, 'disk-faults.so');

  constructor() {
    const source = join(process.cwd(), 'test/support/disk-faults.c');
    execFileSync(process.env['COMPILER_FOR_TESTS']!, [
      '-shared',
      '-fPIC',
      '-o',
      this.library,
      source,
      '-ldl',
    ]);
  }

  /** For the process whose calls are to fail. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.library, DISK_FAULTS: this.control };
  }

  /** From now on the call fails on every file whose path has this part. */
  fail(systemCall: 'pwrite64' | 'pread64' | 'fsync' | 'ftruncate64', errno: number, part: string): void {
    writeFileSync(this.control, `${systemCall} ${errno} ${part}\n`);
  }

  /** The disk works again. */
  repair(): void {
    if (existsSync(this.control)) rmSync(this.control);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
