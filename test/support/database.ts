import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { parseEnv } from '../../src/config/index.js';
import { ENTITIES } from '../../src/data-source.js';
import { Changes, Database, databaseOptions, isSqlite, type Change } from '../../src/database/index.js';

/** The runner on connections of its own, as the server opens them, and what it made known. */
export interface OpenDatabase {
  readonly database: Database;
  readonly dataSource: DataSource;
  readonly published: Change[];
  close(): Promise<void>;
}

/** Opens a database; `migrate` makes its tables. */
export async function openDatabase(url: string, { migrate = true } = {}): Promise<OpenDatabase> {
  // Tests make queries slow on purpose.
  Logger.overrideLogger(['error', 'fatal']);
  const options = databaseOptions(parseEnv({ DATABASE_URL: url }), ENTITIES);
  const dataSource = await new DataSource(options).initialize();
  if (migrate) await dataSource.runMigrations();
  const reader = isSqlite(dataSource) ? await new DataSource(options).initialize() : dataSource;
  const changes = new Changes();
  const published: Change[] = [];
  changes.subscribe({ changed: (change) => published.push(change), everythingChanged: () => undefined });
  return {
    database: new Database(dataSource, reader, changes),
    dataSource,
    published,
    close: async () => {
      for (const each of new Set([dataSource, reader])) if (each.isInitialized) await each.destroy();
    },
  };
}
