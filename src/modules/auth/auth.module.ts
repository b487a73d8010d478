import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RouteAccessReader } from '../../common/access/index.js';
import { ApiKeysModule } from '../api-keys/index.js';
import { RateLimitModule } from '../rate-limit/index.js';
import { UsersModule } from '../users/index.js';
import { AccountService } from './account.service.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { AuthController } from './auth.controller.js';
import { CallerCheckService } from './caller-check.service.js';
import { MeController } from './me.controller.js';
import { SessionAuthenticator } from './session.authenticator.js';
import { SessionEntity } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SessionEntity]), ApiKeysModule, RateLimitModule, UsersModule],
  controllers: [AuthController, MeController],
  providers: [
    RouteAccessReader,
    AccountService,
    ApiKeyAuthenticator,
    ApiKeyStrategy,
    CallerCheckService,
    SessionAuthenticator,
    SessionsRepository,
    SessionsService,
  ],
  exports: [
    RouteAccessReader,
    AccountService,
    ApiKeyAuthenticator,
    ApiKeyStrategy,
    SessionAuthenticator,
    SessionsService,
  ],
})
export class AuthModule {}
