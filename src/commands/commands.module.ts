import { Module, type DynamicModule } from '@nestjs/common';
import { MIGRATIONS } from '../../migrations/index.js';
import { ClockModule } from '../common/clock.module.js';
import { SettingsModule, type Settings } from '../settings/index.js';
import { CommandDatabaseModule } from '../database/index.js';
import { InvalidationModule } from '../invalidation/index.js';
import { ApiKeysAdministrationModule } from '../modules/api-keys/index.js';
import { SessionsModule } from '../modules/auth/index.js';
import { UsersModule } from '../modules/users/index.js';
import { AdminCommandsService } from './admin-commands.service.js';

@Module({
  imports: [
    ClockModule,
    CommandDatabaseModule.forRoot(MIGRATIONS),
    InvalidationModule,
    UsersModule,
    ApiKeysAdministrationModule,
    SessionsModule,
  ],
  providers: [AdminCommandsService],
})
export class CommandsModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: CommandsModule, imports: [SettingsModule.forRoot(settings)] };
  }
}
