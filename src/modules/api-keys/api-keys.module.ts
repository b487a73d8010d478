import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { UsersModule } from '../users/index.js';
import { AllowanceRepository } from './creation/allowance.repository.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyVerifier } from './verification/api-key.verifier.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeyCountsRepository } from './administration/api-key-counts.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthorityCache } from './verification/authority.cache.js';
import { BulkRevocationRepository } from './administration/bulk-revocation.repository.js';
import { BulkRevocationService } from './administration/bulk-revocation.service.js';
import { CreationRulesService } from './creation/creation-rules.service.js';
import { DescendantsRepository } from './revocation/descendants.repository.js';
import { IdempotencyRecordEntity } from './creation/idempotency-record.entity.js';
import { IdempotencyRepository } from './creation/idempotency.repository.js';
import { KeyRemovalService } from './creation/key-removal.service.js';
import { VerifiedKeyCache } from './verification/verified-key.cache.js';
import { RevocationService } from './revocation/revocation.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKeyEntity, IdempotencyRecordEntity]), HashingModule, UsersModule],
  controllers: [ApiKeysController],
  providers: [
    AllowanceRepository,
    ApiKeysRepository,
    ApiKeyCountsRepository,
    DescendantsRepository,
    IdempotencyRepository,
    CreationRulesService,
    KeyRemovalService,
    ApiKeysService,
    RevocationService,
    BulkRevocationRepository,
    BulkRevocationService,
    VerifiedKeyCache,
    ApiKeyVerifier,
    AuthorityCache,
  ],
  exports: [
    ApiKeysService,
    RevocationService,
    BulkRevocationService,
    KeyRemovalService,
    ApiKeyVerifier,
    AuthorityCache,
  ],
})
export class ApiKeysModule {}
