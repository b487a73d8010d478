import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { UsersModule } from '../users/index.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AllowanceRepository } from './creation/allowance.repository.js';
import { CreationRulesService } from './creation/creation-rules.service.js';
import { IdempotencyRecordEntity } from './creation/idempotency-record.entity.js';
import { IdempotencyRepository } from './creation/idempotency.repository.js';
import { IdempotencyService } from './creation/idempotency.service.js';
import { KeyRemovalService } from './creation/key-removal.service.js';
import { OwnKeysRepository } from './listing/own-keys.repository.js';
import { DescendantsRepository } from './revocation/descendants.repository.js';
import { RevocationRepository } from './revocation/revocation.repository.js';
import { RevocationService } from './revocation/revocation.service.js';
import { ApiKeyVerifier } from './verification/api-key.verifier.js';
import { KeyRightsCache } from './verification/key-rights.cache.js';
import { VerifiedKeyCache } from './verification/verified-key.cache.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKeyEntity, IdempotencyRecordEntity]), HashingModule, UsersModule],
  controllers: [ApiKeysController],
  providers: [
    ApiKeysRepository,
    ApiKeysService,
    AllowanceRepository,
    CreationRulesService,
    IdempotencyRepository,
    IdempotencyService,
    KeyRemovalService,
    OwnKeysRepository,
    DescendantsRepository,
    RevocationRepository,
    RevocationService,
    VerifiedKeyCache,
    ApiKeyVerifier,
    KeyRightsCache,
  ],
  exports: [
    ApiKeysService,
    KeyRemovalService,
    ApiKeyVerifier,
    KeyRightsCache,
    // These classes are exported only for `ApiKeysAdministrationModule`. `index.ts` doesn't export them.
    ApiKeysRepository,
    OwnKeysRepository,
    RevocationRepository,
    RevocationService,
  ],
})
export class ApiKeysModule {}
