import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { CredentialsService } from './credentials.service.js';
import { PasswordRulesService } from './password-rules.service.js';
import { UserEntity } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UserEntity]), HashingModule],
  providers: [UsersRepository, UsersService, CredentialsService, PasswordRulesService],
  exports: [UsersService, CredentialsService, PasswordRulesService],
})
export class UsersModule {}
