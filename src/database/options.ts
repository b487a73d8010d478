import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/index.js';
import { mysqlOptions } from './mysql/mysql-options.js';
import { QueryLogger } from './query-logger.js';
import type { Migrations } from './schema/migration.js';
import { sqliteOptions } from './sqlite/sqlite-options.js';

/** Queries of `requests` and `commands` have a timeout. `migrations` have none. */
export type DatabaseUse = 'requests' | 'commands' | 'migrations';

interface Content {
  /** Not needed by servers and commands, whose modules register their own entities. */
  readonly entities?: DataSourceOptions['entities'];
  readonly migrations?: Migrations;
}

/** TypeORM's options for the database, in servers, commands, migrations and tests. */
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
