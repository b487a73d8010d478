import { Module } from '@nestjs/common';
import { AccessModule } from '../../common/access/index.js';
import { ApiKeysModule } from '../api-keys/index.js';
import { RateLimitModule } from '../rate-limit/index.js';
import { UsageModule } from '../usage/index.js';
import { UsersModule } from '../users/index.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { CallerCheckService } from './caller-check.service.js';
import { CrossSiteGuard } from './cross-site.guard.js';
import { MeController } from './me.controller.js';
import { SessionAuthenticator } from './sessions/session.authenticator.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { AuthController } from './sign-in/auth.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { UsageGuard } from './usage.guard.js';

@Module({
  imports: [AccessModule, ApiKeysModule, RateLimitModule, SessionsModule, UsageModule, UsersModule],
  controllers: [AuthController, MeController],
  providers: [
    AccessGuard,
    ApiKeyStrategy,
    AuthenticationGuard,
    CallerCheckService,
    CrossSiteGuard,
    SessionAuthenticator,
    SignInService,
    UsageGuard,
  ],
  exports: [
    AuthenticationGuard,
    CrossSiteGuard,
    SessionAuthenticator,
    SessionsModule,
    SignInService,
    UsageGuard,
  ],
})
export class AuthModule {}
