import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysModule } from '../api-keys/index.js';
import { UsageHourEntity } from './usage-hour.entity.js';
import { UsagePruner } from './recording/usage.pruner.js';
import { UsageController } from './usage.controller.js';
import { UsageRecorder } from './recording/usage.recorder.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';
import { UsageStatsRepository } from './stats/usage-stats.repository.js';
import { UsageStatsService } from './stats/usage-stats.service.js';
import { UserUsageHourEntity } from './user-usage-hour.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageHourEntity, UserUsageHourEntity]), ApiKeysModule],
  controllers: [UsageController],
  providers: [
    UsageRepository,
    UsageStatsRepository,
    UsageRecorder,
    UsagePruner,
    UsageService,
    UsageStatsService,
  ],
  exports: [UsageRecorder, UsageService, UsageStatsService],
})
export class UsageModule {}
