import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import type { Transaction } from '../../../database/index.js';
import { AllowanceRepository } from './allowance.repository.js';
import type { ApiKeyEntity } from '../api-key.entity.js';
import { DescendantsRepository } from '../revocation/descendants.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Deletes what else is stored of a key. */
export type BeforeRemoval = (transaction: Transaction, apiKeyId: string) => Promise<void>;

/** Takes keys that ended long ago out of the database, with all that refers to them. */
@Injectable()
export class KeyRemovalService {
  private readonly hooks: BeforeRemoval[] = [];

  constructor(
    private readonly repository: AllowanceRepository,
    private readonly descendants: DescendantsRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /** Lets a module delete its own rows about a key in the same transaction. */
  beforeRemoval(hook: BeforeRemoval): void {
    this.hooks.push(hook);
  }

  /** What the key made keeps its `createdByKeyId`, and stays below the key that made this one. */
  async remove(transaction: Transaction, key: ApiKeyEntity): Promise<void> {
    for (const hook of this.hooks) await hook(transaction, key.id);
    await this.idempotency.forget(transaction, key.userId, key.id);
    await this.descendants.handOn(transaction, key, this.clock.now());
    await this.repository.delete(transaction, key.id);
    transaction.announce({ subject: 'api_key', id: key.id });
  }
}
