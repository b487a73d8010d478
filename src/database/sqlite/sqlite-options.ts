import type { DatabaseAddress } from '../../settings/index.js';
import type { ConnectionUse } from '../options.js';
import { MAX_WAL_PAGES } from './sqlite-checkpointer.js';
import { SqliteConnection } from './sqlite-connection.js';

/** How long a statement waits for the write lock if another process has it. */
const LOCK_TIMEOUT_MS: Readonly<Record<ConnectionUse, number>> = {
  // Waiting would block the event loop. `Database` retries the transaction instead.
  requests: 0,
  // Because `Database` also retries the transaction, a command waits about 5 s in total.
  commands: 100,
  migrations: 10_000,
};

/** Returns TypeORM's options for an SQLite file. */
export const sqliteOptions = ({ path }: Extract<DatabaseAddress, { kind: 'sqlite' }>, use: ConnectionUse) =>
  ({
    type: 'better-sqlite3',
    driver: SqliteConnection,
    database: path,
    enableWAL: true,
    timeout: LOCK_TIMEOUT_MS[use],
    ...(use !== 'migrations' && {
      prepareDatabase: (connection: SqliteConnection): void => {
        connection.pragma(`wal_autocheckpoint = ${MAX_WAL_PAGES}`);
      },
    }),
  }) as const;
