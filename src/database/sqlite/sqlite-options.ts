import type { DatabaseAddress } from '../../settings/index.js';
import type { DatabaseUse } from '../options.js';
import { MAX_LOG_PAGES } from './sqlite-checkpointer.js';
import { SqliteConnection } from './sqlite-connection.js';

/** The time that a statement waits while another process holds the write lock. */
const LOCK_TIMEOUT_MS: Readonly<Record<DatabaseUse, number>> = {
  // Waiting would block the event loop, so `Database` retries the transaction instead.
  requests: 0,
  // With the retries of `Database`, a command waits about 5 s in total.
  commands: 100,
  migrations: 10_000,
};

/** TypeORM's options for an SQLite file. */
export const sqliteOptions = ({ path }: Extract<DatabaseAddress, { kind: 'sqlite' }>, use: DatabaseUse) =>
  ({
    type: 'better-sqlite3',
    driver: SqliteConnection,
    database: path,
    enableWAL: true,
    timeout: LOCK_TIMEOUT_MS[use],
    ...(use !== 'migrations' && {
      prepareDatabase: (connection: SqliteConnection): void => {
        connection.pragma(`wal_autocheckpoint = ${MAX_LOG_PAGES}`);
      },
    }),
  }) as const;
