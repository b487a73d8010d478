import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { PasswordRulesService } from './passwords/password-rules.service.js';
import { UserEntity } from './user.entity.js';
import { UserCountsRepository } from './user-counts.repository.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UserEntity]), HashingModule],
  providers: [UserCountsRepository, UsersRepository, UsersService, PasswordsService, PasswordRulesService],
  exports: [UsersService, PasswordsService, PasswordRulesService],
})
export class UsersModule {}
