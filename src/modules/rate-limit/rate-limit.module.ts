import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { AppConfig } from '../../config/index.js';
import { UsageModule } from '../usage/index.js';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FailureBudgets } from './failure-budgets.js';
import { KeyBudgetService } from './key-budget.service.js';
import { InstanceEntity } from './instance.entity.js';
import { InstancesRepository } from './instances.repository.js';
import { InstancesService } from './instances.service.js';
import { policiesOf } from './policies.js';
import { RedisWindows } from './redis-windows.js';
import { WindowStorage } from './window.storage.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([InstanceEntity]),
    UsageModule,
    ThrottlerModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        throttlers: Object.values(policiesOf(config).calls).map(({ name, limit, windowSeconds }) => ({
          name,
          limit,
          ttl: windowSeconds * 1_000,
        })),
      }),
    }),
  ],
  providers: [
    WindowStorage,
    RedisWindows,
    InstancesRepository,
    InstancesService,
    FailureBudgets,
    KeyBudgetService,
  ],
  exports: [InstancesService, WindowStorage, FailureBudgets, KeyBudgetService],
})
export class RateLimitModule {}
