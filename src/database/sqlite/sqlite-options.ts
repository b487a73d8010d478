import type { DatabaseAddress } from '../../settings/index.js';
import type { DatabaseUse } from '../options.js';
import { CHECKPOINT_AT_LAST_PAGES } from './sqlite-checkpointer.js';
import { SqliteConnection } from './sqlite-connection.js';

/** How long a statement waits for another process's write lock. */
const LOCK_TIMEOUT_MS: Readonly<Record<DatabaseUse, number>> = {
  // Waiting for the lock blocks the event loop, so a server waits between the attempts of a transaction instead.
  requests: 0,
  // 40 attempts with a pause between them make 5 s.
  commands: 100,
  migrations: 10_000,
};

/** How TypeORM opens an SQLite file. */
export const sqliteOptions = ({ path }: Extract<DatabaseAddress, { kind: 'sqlite' }>, use: DatabaseUse) =>
  ({
    type: 'better-sqlite3',
    driver: SqliteConnection,
    database: path,
    enableWAL: true,
    timeout: LOCK_TIMEOUT_MS[use],
    ...(use !== 'migrations' && {
      prepareDatabase: (connection: SqliteConnection): void => {
        connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_AT_LAST_PAGES}`);
      },
    }),
  }) as const;
