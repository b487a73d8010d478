import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests that need Linux and a C compiler. Without one they are skipped, and the run reports that. */
export const describeWithDiskFaults = process.env['COMPILER_FOR_TESTS'] ? describe : describe.skip;

/** Makes chosen system calls of a server process fail, like a full or broken disk. */
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

  /** The environment of the process whose system calls should fail. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.library, DISK_FAULTS: this.control };
  }

  /** Makes the system call fail from now on, for every file whose path contains this part. */
  fail(systemCall: 'pwrite64' | 'pread64' | 'fsync' | 'ftruncate64', errno: number, part: string): void {
    writeFileSync(this.control, `${systemCall} ${errno} ${part}\n`);
  }

  /** Repairs the disk. */
  repair(): void {
    if (existsSync(this.control)) rmSync(this.control);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
