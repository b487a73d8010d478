import { closeSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs';
import type { Settings } from '../../../settings/index.js';
import { TEMPORARY_PASSWORD_HOURS } from './temporary-password.js';

/**
 * Shows a temporary password to the operator. It never writes the password to a log, because other people may be able
 * to read the log.
 */
export interface PasswordOutput {
  write(email: string, password: string): void;
  /** Closes the output without showing a password. */
  discard(): void;
}

/**
 * Opens the output for a temporary password: the terminal or, if there is none, a new file beside the SQLite database.
 * Only the owner of the file can read it. Call this function before you generate the password. Otherwise, a password
 * could be stored that nobody can see. Returns `null` if neither output is available.
 */
export function openPasswordOutput({ database }: Pick<Settings, 'database'>): PasswordOutput | null {
  if (process.stdout.isTTY) {
    return {
      write: (email, password) => show(email, password, 'Copy it now, because it is shown only once.'),
      discard: () => undefined,
    };
  }
  if (database.kind !== 'sqlite') return null;
  const path = `${realpathSync(database.path)}.temporary-password`;
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  return {
    write: (email, password) => {
      writeSync(file, `${password}\n`);
      closeSync(file);
      show(email, `in ${path}`, 'Delete this file after you have read it.');
    },
    discard: () => {
      closeSync(file);
      rmSync(path);
    },
  };
}

const show = (email: string, password: string, advice: string) =>
  process.stdout.write(
    `\n  Account             ${email}\n  Temporary password  ${password}\n` +
      `  ${advice} The password expires after ${TEMPORARY_PASSWORD_HOURS} hours and must be changed at the first sign-in.\n\n`,
  );
