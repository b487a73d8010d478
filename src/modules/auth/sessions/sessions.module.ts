import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../../users/index.js';
import { PasswordResetService } from '../sign-in/password-reset.service.js';
import { SessionEntity } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** Provides sessions and password resets. They have their own module, because the admin commands also need them. */
@Module({
  imports: [TypeOrmModule.forFeature([SessionEntity]), UsersModule],
  providers: [SessionsRepository, SessionsService, PasswordResetService],
  exports: [SessionsService, PasswordResetService],
})
export class SessionsModule {}
