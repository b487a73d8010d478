import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/index.js';
import { ApiKeysModule } from '../api-keys.module.js';
import { AdminApiKeysService } from './admin-api-keys.service.js';
import { ApiKeyCountsRepository } from './api-key-counts.repository.js';
import { BulkRevocationRepository } from './bulk-revocation.repository.js';
import { BulkRevocationService } from './bulk-revocation.service.js';

/**
 * Provides the services that manage the keys of all users. Only modules for admins may import this module: see the list
 * in `imports.spec.ts`.
 */
@Module({
  imports: [ApiKeysModule, UsersModule],
  providers: [ApiKeyCountsRepository, AdminApiKeysService, BulkRevocationRepository, BulkRevocationService],
  exports: [AdminApiKeysService, BulkRevocationService],
})
export class ApiKeysAdministrationModule {}
