import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { AuthModule } from '../auth/index.js';
import { UsersModule } from '../users/index.js';
import { AdminApiKeysController } from './admin-api-keys.controller.js';
import { AdminUsersController } from './admin-users.controller.js';

/** The privileged HTTP surface. The rules behind it are those of the services. */
@Module({
  imports: [ApiKeysModule, AuthModule, UsersModule],
  controllers: [AdminUsersController, AdminApiKeysController],
})
export class AdminModule {}
