import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/index.js';
import { mysqlOptions } from './mysql/mysql-options.js';
import { QueryLogger } from './query-logger.js';
import type { Migrations } from './schema/migration.js';
import { sqliteOptions } from './sqlite/sqlite-options.js';

/**
 * Selects the timeouts. Queries for `requests` and `commands` have a timeout, and queries for `migrations` have none.
 */
export type DatabaseUse = 'requests' | 'commands' | 'migrations';

interface Content {
  /** The entities. Servers and commands leave this empty, because their modules register their own entities. */
  readonly entities?: DataSourceOptions['entities'];
  readonly migrations?: Migrations;
}

/** Returns TypeORM's options for the database. Servers, commands, migrations and tests use them. */
export function databaseOptions(
  { database }: Pick<Settings, 'database'>,
  use: DatabaseUse,
  { entities = [], migrations = [] }: Content = {},
): DataSourceOptions {
  const common = {
    entities,
    migrations: [...migrations],
    migrationsTransactionMode: 'each' as const,
    logger: new QueryLogger(),
  };
  return database.kind === 'sqlite'
    ? { ...common, ...sqliteOptions(database, use) }
    : { ...common, ...mysqlOptions(database, use) };
}
