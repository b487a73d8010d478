import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HashingModule } from '../hashing/index.js';
import { UsersModule } from '../users/index.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyProver } from './api-key-prover.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthorityCache } from './authority-cache.js';
import { BulkRevocationRepository } from './bulk-revocation.repository.js';
import { BulkRevocationService } from './bulk-revocation.service.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { ProofCache } from './proof-cache.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKeyEntity, IdempotencyRecordEntity]), HashingModule, UsersModule],
  controllers: [ApiKeysController],
  providers: [
    ApiKeysRepository,
    IdempotencyRepository,
    ApiKeysService,
    BulkRevocationRepository,
    BulkRevocationService,
    ProofCache,
    ApiKeyProver,
    AuthorityCache,
  ],
  exports: [ApiKeysService, BulkRevocationService, ApiKeyProver, AuthorityCache],
})
export class ApiKeysModule {}
