import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysModule } from '../api-keys/index.js';
import { UsageHourEntity } from './usage-hour.entity.js';
import { UsagePruner } from './usage.pruner.js';
import { UsageController } from './usage.controller.js';
import { UsageRecorder } from './usage.recorder.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageHourEntity]), ApiKeysModule],
  controllers: [UsageController],
  providers: [UsageRepository, UsageRecorder, UsagePruner, UsageService],
  exports: [UsageRecorder, UsageService],
})
export class UsageModule {}
