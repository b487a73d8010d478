import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { Settings } from '../../settings/index.js';
import { InstancesModule } from '../instances/index.js';
import { UsageModule } from '../usage/index.js';
import { FailedAttemptLimiter } from './failed-attempts/failed-attempt.limiter.js';
import { KeyBudgetService } from './key-budget.service.js';
import { policiesOf } from './policies.js';
import { RedisWindowStorage } from './windows/redis-window.storage.js';
import { WindowStorage } from './windows/window.storage.js';

@Module({
  imports: [
    InstancesModule,
    UsageModule,
    ThrottlerModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        throttlers: Object.values(policiesOf(settings).calls).map(({ name, limit, windowSeconds }) => ({
          name,
          limit,
          ttl: windowSeconds * 1_000,
        })),
      }),
    }),
  ],
  providers: [WindowStorage, RedisWindowStorage, FailedAttemptLimiter, KeyBudgetService],
  exports: [WindowStorage, FailedAttemptLimiter, KeyBudgetService],
})
export class RateLimitModule {}
