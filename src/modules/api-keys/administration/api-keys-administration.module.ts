import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/index.js';
import { ApiKeysModule } from '../api-keys.module.js';
import { AdminApiKeysService } from './admin-api-keys.service.js';
import { ApiKeyCountsRepository } from './api-key-counts.repository.js';
import { BulkRevocationRepository } from './bulk-revocation.repository.js';
import { BulkRevocationService } from './bulk-revocation.service.js';

/** Keys of all users. `imports.spec` lists the admin surfaces that may import it. */
@Module({
  imports: [ApiKeysModule, UsersModule],
  providers: [ApiKeyCountsRepository, AdminApiKeysService, BulkRevocationRepository, BulkRevocationService],
  exports: [AdminApiKeysService, BulkRevocationService],
})
export class ApiKeysAdministrationModule {}
