import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { SystemClock, type Clock } from '../../src/common/clock.js';
import { parseEnv } from '../../src/settings/index.js';
import { ENTITIES } from '../../src/data-source.js';
import {
  Database,
  databaseOptions,
  MysqlConnections,
  SchemaDataSource,
  SqliteConnections,
  SqliteFile,
  type Connections,
} from '../../src/database/index.js';
import { InvalidationBus, type Invalidation } from '../../src/invalidation/index.js';
import { InvalidationFeedRepository } from '../../src/invalidation/invalidation-feed.repository.js';

/** A database with its own connections, opened like the server does, and the changes that it published. */
export interface OpenDatabase {
  readonly database: Database;
  readonly connections: Connections;
  readonly dataSource: DataSource;
  readonly bus: InvalidationBus;
  readonly feed: InvalidationFeedRepository;
  readonly published: Invalidation[];
  /** How often all caches were told to drop everything. */
  readonly everything: { count: number };
  close(): Promise<void>;
}

/** Opens a database. @param migrate whether to create its tables. */
export async function openDatabase(
  url: string,
  { migrate = true, clock = new SystemClock() }: { migrate?: boolean; clock?: Clock } = {},
): Promise<OpenDatabase> {
  // Hides warnings about slow queries, which tests cause on purpose.
  Logger.overrideLogger(['error', 'fatal']);
  const settings = parseEnv({ DATABASE_URL: url });
  if (migrate) {
    const schema = await new SchemaDataSource(
      databaseOptions(settings, 'migrations', { entities: ENTITIES, migrations: MIGRATIONS }),
    ).initialize();
    await schema.runMigrations();
    await schema.destroy();
  }
  const options = databaseOptions(settings, 'requests', { entities: ENTITIES });
  const dataSource = await new DataSource(options).initialize();
  const opened = [dataSource];
  let connections: Connections;
  if (settings.database.kind === 'sqlite') {
    const reader = await new DataSource(options).initialize();
    opened.push(reader);
    connections = new SqliteConnections(dataSource, reader, new SqliteFile(settings.database.path), null);
  } else {
    connections = new MysqlConnections(dataSource, clock);
  }
  const database = new Database(connections);
  const feed = new InvalidationFeedRepository(database);
  const bus = new InvalidationBus(feed);
  const published: Invalidation[] = [];
  const everything = { count: 0 };
  bus.subscribe({
    invalidated: (invalidations) => published.push(...invalidations),
    everythingInvalidated: () => everything.count++,
  });
  return {
    database,
    connections,
    dataSource,
    bus,
    feed,
    published,
    everything,
    close: async () => {
      for (const each of opened) if (each.isInitialized) await each.destroy();
    },
  };
}
