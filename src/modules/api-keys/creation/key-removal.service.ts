import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import type { Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import type { ApiKeyEntity } from '../api-key.entity.js';
import { API_KEY_SUBJECT } from '../api-key.js';
import { DescendantsRepository } from '../revocation/descendants.repository.js';
import { AllowanceRepository } from './allowance.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** A function in which another module deletes its own rows that refer to the key. */
export type BeforeRemoval = (transaction: Transaction, apiKeyId: string) => Promise<void>;

/** Deletes keys that have been inactive for a long time, together with all rows that refer to them. */
@Injectable()
export class KeyRemovalService {
  private readonly hooks: BeforeRemoval[] = [];

  constructor(
    private readonly repository: AllowanceRepository,
    private readonly descendants: DescendantsRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly invalidationBus: InvalidationBus,
    private readonly clock: Clock,
  ) {}

  /** Registers a hook that runs in the transaction of each removal, before the key is deleted. */
  beforeRemoval(hook: BeforeRemoval): void {
    this.hooks.push(hook);
  }

  /**
   * Deletes a key and the rows that refer to it. The keys that were created with it keep their `createdByKeyId`, and
   * become children of its parent.
   */
  async remove(transaction: Transaction, key: ApiKeyEntity): Promise<void> {
    for (const hook of this.hooks) await hook(transaction, key.id);
    await this.idempotency.deleteByApiKey(transaction, key.userId, key.id);
    await this.descendants.reassignChildren(transaction, key, this.clock.now());
    await this.repository.delete(transaction, key.id);
    this.invalidationBus.invalidate(transaction, API_KEY_SUBJECT, key.id);
  }
}
