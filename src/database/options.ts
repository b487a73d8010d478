import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/index.js';
import { mysqlOptions } from './mysql/mysql-options.js';
import { QueryLogger } from './query-logger.js';
import type { Migrations } from './schema/migration.js';
import { sqliteOptions } from './sqlite/sqlite-options.js';

/** `requests` and `commands` bound each query, `migrations` may take as long as they need. */
export type DatabaseUse = 'requests' | 'commands' | 'migrations';

interface Content {
  /** None for the server, whose modules bring their own. */
  readonly entities?: DataSourceOptions['entities'];
  readonly migrations?: Migrations;
}

/** How to open the database, for the server, commands, migrations and tests alike. */
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
