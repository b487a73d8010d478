import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { AccessModule } from '../../common/access/index.js';
import { Settings } from '../../settings/index.js';
import { FailedAttemptLimiter } from './failed-attempts/failed-attempt.limiter.js';
import { RemainingRequestsService } from './remaining-requests.service.js';
import { requestPoliciesOf, toThrottler } from './policies.js';
import { RoleThrottlerGuard } from './role-throttler.guard.js';
import { RouteLimitsReader } from './route-limits.reader.js';
import { WindowStorage } from './windows/window.storage.js';
import { WindowsModule } from './windows/windows.module.js';

@Module({
  imports: [
    AccessModule,
    WindowsModule,
    ThrottlerModule.forRootAsync({
      imports: [WindowsModule],
      inject: [Settings, WindowStorage],
      useFactory: (settings: Settings, storage: WindowStorage) => ({
        throttlers: Object.values(requestPoliciesOf(settings)).map(toThrottler),
        storage,
      }),
    }),
  ],
  providers: [FailedAttemptLimiter, RemainingRequestsService, RoleThrottlerGuard, RouteLimitsReader],
  exports: [FailedAttemptLimiter, RemainingRequestsService, RoleThrottlerGuard],
})
export class RateLimitModule {}
