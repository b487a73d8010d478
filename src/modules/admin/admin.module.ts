import { Module } from '@nestjs/common';
import { ApiKeysAdministrationModule } from '../api-keys/index.js';
import { AuthModule } from '../auth/index.js';
import { UsageModule } from '../usage/index.js';
import { UsersModule } from '../users/index.js';
import { AdminApiKeysController } from './admin-api-keys.controller.js';
import { AdminStatsController } from './admin-stats.controller.js';
import { AdminUsersController } from './admin-users.controller.js';
import { AdminUsersService } from './admin-users.service.js';
import { StatsService } from './stats.service.js';
import { TopUsageService } from './top-usage.service.js';

/** The REST API for admins, and services that the console also uses. */
@Module({
  imports: [ApiKeysAdministrationModule, AuthModule, UsageModule, UsersModule],
  controllers: [AdminUsersController, AdminApiKeysController, AdminStatsController],
  providers: [AdminUsersService, StatsService, TopUsageService],
  exports: [AdminUsersService, StatsService],
})
export class AdminModule {}
