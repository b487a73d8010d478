import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/index.js';
import { mysqlOptions } from './mysql/mysql-options.js';
import { QueryLogger } from './query-logger.js';
import type { Migrations } from './schema/migration.js';
import { sqliteOptions } from './sqlite/sqlite-options.js';

/**
 * What the connections are used for. This determines their timeouts. For example, queries on MySQL have a timeout for
 * `requests` and `commands`, but not for `migrations`.
 */
export type ConnectionUse = 'requests' | 'commands' | 'migrations';

interface Content {
  /** The entity classes. Servers and commands leave this list empty, because their modules register the entities. */
  readonly entities?: DataSourceOptions['entities'];
  readonly migrations?: Migrations;
}

/** Returns TypeORM's options for the database. Servers, commands, migrations and tests use this function. */
export function databaseOptions(
  { database }: Pick<Settings, 'database'>,
  use: ConnectionUse,
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
