import { closeSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { ConfigError, type Settings } from '../../../settings/index.js';

/** Where a temporary password goes that is made outside of a request. Never to a log, which others may read. */
export interface PasswordOutput {
  write(email: string, password: string): void;
  /** Leaves nothing behind when there is no password after all. */
  discard(): void;
}

/**
 * A terminal, or else a file beside the SQLite database that only its owner can read. It is opened before the
 * password exists, so that none is made which nobody gets to see. Throws `ConfigError` where there is neither.
 */
export function openPasswordOutput({ database }: Pick<Settings, 'database'>): PasswordOutput {
  if (process.stdout.isTTY) {
    return {
      write: (email, password) => show(email, password, 'It is shown only now.'),
      discard: () => undefined,
    };
  }
  if (database.kind !== 'sqlite') {
    const places =
      'no terminal to show a temporary password on, and no file beside this database to write it to';
    throw new ConfigError([`ADMIN_PASSWORD must be set, as there is ${places}`]);
  }
  const path = `${realpathSync(database.path)}.temporary-password`;
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  return {
    write: (email, password) => {
      writeSync(file, `${password}\n`);
      closeSync(file);
      show(email, `in ${path}`, 'Delete that file when you have read it.');
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
      `  ${advice} It ends after 72 hours, and must be changed at the first sign-in.\n\n`,
  );
