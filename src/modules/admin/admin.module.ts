import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { AuthModule } from '../auth/index.js';
import { UsageModule } from '../usage/index.js';
import { UsersModule } from '../users/index.js';
import { AdminApiKeysController } from './admin-api-keys.controller.js';
import { AdminStatsController } from './admin-stats.controller.js';
import { AdminUsersController } from './admin-users.controller.js';
import { StatsService } from './stats.service.js';

/** The privileged HTTP surface. The rules behind it are those of the services. */
@Module({
  imports: [ApiKeysModule, AuthModule, UsageModule, UsersModule],
  controllers: [AdminUsersController, AdminApiKeysController, AdminStatsController],
  providers: [StatsService],
  exports: [StatsService],
})
export class AdminModule {}
