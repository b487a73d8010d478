import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { ChangeClockEntity, ChangeFeedEntity } from './change-feed.entity.js';
import { ChangeFeed } from './change-feed.js';
import { Changes } from './changes.js';
import { Database, READER } from './database.js';
import { isSqlite } from './dialect.js';
import { databaseOptions } from './options.js';
import { StartupLock } from './startup-lock.js';

/** A second connection to the SQLite file, so that nobody reads what is not committed yet. */
async function openReader(writer: DataSource): Promise<DataSource> {
  if (!isSqlite(writer)) return writer;
  const reader = await new DataSource(writer.options).initialize();
  await reader.query('PRAGMA query_only = 1');
  return reader;
}

@Module({
  providers: [
    {
      provide: StartupLock,
      inject: [AppConfig],
      useFactory: (config: AppConfig) => StartupLock.open(config),
    },
  ],
  exports: [StartupLock],
})
class StartupLockModule {}

@Global()
@Module({
  imports: [
    StartupLockModule,
    TypeOrmModule.forRootAsync({
      imports: [StartupLockModule],
      inject: [AppConfig, StartupLock],
      useFactory: async (config: AppConfig, startupLock: StartupLock) => {
        await startupLock.run((dataSource) => dataSource.runMigrations());
        return { ...databaseOptions(config), autoLoadEntities: true, retryAttempts: 0 };
      },
    }),
    TypeOrmModule.forFeature([ChangeClockEntity, ChangeFeedEntity]),
  ],
  providers: [
    Changes,
    ChangeFeed,
    Database,
    { provide: READER, inject: [DataSource], useFactory: (writer: DataSource) => openReader(writer) },
  ],
  exports: [Changes, ChangeFeed, Database, StartupLockModule],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly writer: DataSource,
    @Inject(READER) private readonly reader: DataSource,
    private readonly startupLock: StartupLock,
  ) {}

  /** The file lock goes last, when nothing of this process touches the file any more. */
  async onApplicationShutdown(): Promise<void> {
    for (const dataSource of [this.reader, this.writer])
      if (dataSource.isInitialized) await dataSource.destroy();
    this.startupLock.release();
  }
}
