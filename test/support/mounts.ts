import { execFileSync } from 'node:child_process';

/** Runs `mount`. Returns false, and reports it, if this process lacks the permission. */
function mount(...args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env['REQUIRE_SERVICES'] === '1') throw error;
    process.stderr.write('SKIPPED: nothing can be mounted here, which takes root.\n');
    return false;
  }
}

/** Mounts a small disk on the folder. */
export const mountSmallDisk = (folder: string, megabytes: number): boolean =>
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);

/** Makes the file read-only, even for root. */
export const mountReadOnly = (path: string): boolean =>
  mount('--bind', path, path) && mount('-o', 'remount,ro,bind', path);

export const unmount = (path: string): void => void execFileSync('umount', ['-l', path]);
