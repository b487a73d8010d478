import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { MIGRATIONS } from '../migrations/index.js';
import { ErrorLoggerModule } from './common/errors/index.js';
import { ProblemFilter } from './common/http/index.js';
import { EmptyBodyGuard, StrictValidationPipe } from './common/validation/index.js';
import { ClockModule } from './common/clock.module.js';
import { SettingsModule, type Settings } from './settings/index.js';
import { DatabaseModule } from './database/index.js';
import { InvalidationModule, RedisHintModule } from './invalidation/index.js';
import { AdminModule } from './modules/admin/index.js';
import { ApiKeysModule } from './modules/api-keys/index.js';
import { AuthenticationGuard, AuthModule, CrossSiteGuard, UsageGuard } from './modules/auth/index.js';
import { ConsoleModule } from './modules/console/index.js';
import { HealthModule } from './modules/health/index.js';
import { PingModule } from './modules/ping/index.js';
import { RateLimitModule } from './modules/rate-limit/index.js';
import { UsageModule } from './modules/usage/index.js';
import { FirstAdminModule, UsersModule } from './modules/users/index.js';
import { RedisModule } from './redis/index.js';

@Module({
  imports: [
    ClockModule,
    ErrorLoggerModule,
    DatabaseModule.forServer(MIGRATIONS),
    InvalidationModule,
    RedisModule,
    RedisHintModule,
    UsersModule,
    FirstAdminModule,
    ApiKeysModule,
    UsageModule,
    RateLimitModule,
    AuthModule,
    AdminModule,
    PingModule,
    ConsoleModule,
    HealthModule,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: StrictValidationPipe },
    // The order of the guards matters. They reject cross-site requests, identify the caller, check the rate limit and
    // the permissions, count the usage, and reject unexpected bodies.
    { provide: APP_GUARD, useExisting: CrossSiteGuard },
    { provide: APP_GUARD, useExisting: AuthenticationGuard },
    { provide: APP_GUARD, useExisting: UsageGuard },
    { provide: APP_GUARD, useClass: EmptyBodyGuard },
  ],
})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: AppModule, imports: [SettingsModule.forRoot(settings)] };
  }
}
