import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import { Connections } from './connections.js';
import { Database } from './database.service.js';
import { MigrationRequirementEntity } from './schema/migration-requirement.entity.js';
import type { Migrations } from './schema/migration.js';
import { MysqlConnections } from './mysql/mysql-connections.js';
import { databaseOptions } from './options.js';
import { SqliteCheckpointer } from './sqlite/sqlite-checkpointer.js';
import { SqliteConnections } from './sqlite/sqlite-connections.js';
import { SqliteFile } from './sqlite/sqlite-file.js';
import { StartupLock } from './schema/startup-lock.js';

/** The injection token of the `DataSource` for reads. On MySQL, reads and writes share one pool. */
export const READ_CONNECTION = Symbol('reader');

/**
 * Opens the connection for reads. On SQLite, this is a second connection, because a read on the writer's connection
 * would see uncommitted changes.
 */
const openReader = ({ database }: Settings, writer: DataSource): Promise<DataSource> =>
  database.kind === 'sqlite' ? new DataSource(writer.options).initialize() : Promise.resolve(writer);

/**
 * The database providers that servers and commands have in common. Each of them also needs a provider of `Connections`.
 */
export const DATABASE_PROVIDERS = [
  Database,
  { provide: READ_CONNECTION, inject: [Settings, DataSource], useFactory: openReader },
];

@Module({})
class StartupLockModule {
  static forRoot(migrations: Migrations): DynamicModule {
    const startupLock = {
      provide: StartupLock,
      inject: [Settings],
      useFactory: (settings: Settings) => StartupLock.open(settings, migrations),
    };
    return { module: StartupLockModule, providers: [startupLock], exports: [StartupLock] };
  }
}

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly writer: DataSource,
    @Inject(READ_CONNECTION) private readonly reader: DataSource,
    private readonly connections: Connections,
    private readonly startupLock: StartupLock,
  ) {}

  /**
   * Creates the module for servers. This is a method because a `TypeOrmModule` in `@Module()` would also register the
   * server's connection for commands.
   */
  static forServer(migrations: Migrations): DynamicModule {
    const startupLockModule = StartupLockModule.forRoot(migrations);
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        startupLockModule,
        TypeOrmModule.forRootAsync({
          imports: [startupLockModule],
          inject: [Settings, StartupLock],
          useFactory: async (settings: Settings, startupLock: StartupLock) => {
            await startupLock.run((dataSource) => dataSource.runMigrations());
            return { ...databaseOptions(settings, 'requests'), autoLoadEntities: true, retryAttempts: 0 };
          },
        }),
        TypeOrmModule.forFeature([MigrationRequirementEntity]),
      ],
      providers: [
        ...DATABASE_PROVIDERS,
        {
          provide: Connections,
          inject: [Settings, StartupLock, DataSource, READ_CONNECTION, Clock],
          useFactory: (
            { database }: Settings,
            { sqliteLock }: StartupLock,
            writer: DataSource,
            reader: DataSource,
            clock: Clock,
          ) =>
            database.kind === 'sqlite'
              ? new SqliteConnections(
                  writer,
                  reader,
                  new SqliteFile(database.path),
                  sqliteLock,
                  new SqliteCheckpointer(database.path, () => clock.monotonicMs()),
                )
              : new MysqlConnections(writer, clock),
        },
      ],
      exports: [Database, startupLockModule],
    };
  }

  /** Closes the connections, and then releases the lock on the SQLite file. */
  async onApplicationShutdown(): Promise<void> {
    await this.connections.close();
    for (const dataSource of [this.reader, this.writer])
      if (dataSource.isInitialized) await dataSource.destroy();
    this.startupLock.release();
  }
}
