import { Module } from '@nestjs/common';
import { RouteAccessReader } from '../../common/access/index.js';
import { ApiKeysModule } from '../api-keys/index.js';
import { RateLimitModule } from '../rate-limit/index.js';
import { UsersModule } from '../users/index.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { AuthController } from './sign-in/auth.controller.js';
import { CallerCheckService } from './caller-check.service.js';
import { MeController } from './me.controller.js';
import { SessionAuthenticator } from './sessions/session.authenticator.js';
import { SessionsModule } from './sessions/sessions.module.js';

@Module({
  imports: [ApiKeysModule, RateLimitModule, SessionsModule, UsersModule],
  controllers: [AuthController, MeController],
  providers: [
    RouteAccessReader,
    SignInService,
    ApiKeyAuthenticator,
    ApiKeyStrategy,
    CallerCheckService,
    SessionAuthenticator,
  ],
  exports: [
    RouteAccessReader,
    SignInService,
    ApiKeyAuthenticator,
    ApiKeyStrategy,
    SessionAuthenticator,
    SessionsModule,
  ],
})
export class AuthModule {}
