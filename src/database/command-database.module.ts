import { statSync } from 'node:fs';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import { Connections } from './connections.js';
import { DATABASE_PROVIDERS, READ_CONNECTION } from './database.module.js';
import { Database } from './database.service.js';
import { explainDatabaseError } from './driver-errors/explain-database-error.js';
import type { Migrations } from './schema/migration.js';
import { MysqlConnections } from './mysql/mysql-connections.js';
import { databaseOptions } from './options.js';
import { SchemaDataSource } from './schema/schema-data-source.js';
import { SqliteConnections } from './sqlite/sqlite-connections.js';
import { SqliteFile } from './sqlite/sqlite-file.js';

/**
 * Provides the database for commands. A command can run while a server runs, so this module doesn't migrate the
 * database, create the SQLite file or take the server's lock.
 */
@Module({})
export class CommandDatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly writer: DataSource,
    @Inject(READ_CONNECTION) private readonly reader: DataSource,
  ) {}

  static forRoot(migrations: Migrations): DynamicModule {
    return {
      module: CommandDatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: async (settings: Settings) => {
            await assertCompatible(settings, migrations);
            return { ...databaseOptions(settings, 'commands'), autoLoadEntities: true, retryAttempts: 0 };
          },
        }),
      ],
      providers: [
        ...DATABASE_PROVIDERS,
        {
          provide: Connections,
          inject: [Settings, DataSource, READ_CONNECTION, Clock],
          useFactory: ({ database }: Settings, writer: DataSource, reader: DataSource, clock: Clock) =>
            database.kind === 'sqlite'
              ? new SqliteConnections(writer, reader, new SqliteFile(database.path), null)
              : new MysqlConnections(writer, clock),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    for (const dataSource of [this.reader, this.writer])
      if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/**
 * Throws an error if the database doesn't exist, or if its schema belongs to another build. The error explains how to
 * fix the problem.
 */
async function assertCompatible(settings: Settings, migrations: Migrations): Promise<void> {
  const { database } = settings;
  if (database.kind === 'sqlite' && !statSync(database.path, { throwIfNoEntry: false })?.isFile())
    throw new Error(
      `There is no database at ${database.path}. Start the server first, or correct DATABASE_URL.`,
    );
  const schema = new SchemaDataSource(databaseOptions(settings, 'commands', { migrations }));
  try {
    await schema.initialize();
    await schema.assertCurrent();
  } catch (error) {
    throw explainDatabaseError(error, database);
  } finally {
    if (schema.isInitialized) await schema.destroy();
  }
}
