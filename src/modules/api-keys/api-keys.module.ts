import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { UsersModule } from '../users/index.js';
import { AllowanceRepository } from './allowance.repository.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyProver } from './api-key-prover.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { FiguresRepository } from './figures.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthorityCache } from './authority-cache.js';
import { BulkRevocationRepository } from './bulk-revocation.repository.js';
import { BulkRevocationService } from './bulk-revocation.service.js';
import { CreationRulesService } from './creation-rules.service.js';
import { DescendantsRepository } from './descendants.repository.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { KeyRemovalService } from './key-removal.service.js';
import { ProofCache } from './proof-cache.js';
import { RevocationService } from './revocation.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKeyEntity, IdempotencyRecordEntity]), HashingModule, UsersModule],
  controllers: [ApiKeysController],
  providers: [
    AllowanceRepository,
    ApiKeysRepository,
    FiguresRepository,
    DescendantsRepository,
    IdempotencyRepository,
    CreationRulesService,
    KeyRemovalService,
    ApiKeysService,
    RevocationService,
    BulkRevocationRepository,
    BulkRevocationService,
    ProofCache,
    ApiKeyProver,
    AuthorityCache,
  ],
  exports: [
    ApiKeysService,
    RevocationService,
    BulkRevocationService,
    KeyRemovalService,
    ApiKeyProver,
    AuthorityCache,
  ],
})
export class ApiKeysModule {}
