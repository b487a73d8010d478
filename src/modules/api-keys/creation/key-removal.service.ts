import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { daysBefore } from '../../../common/duration.js';
import type { Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import { Settings } from '../../../settings/index.js';
import type { ApiKeyEntity } from '../api-key.entity.js';
import { API_KEY_SUBJECT } from '../api-key.js';
import { NO_ROOM_FOR_API_KEY } from '../api-keys.errors.js';
import { DescendantsRepository } from '../revocation/descendants.repository.js';
import { AllowanceRepository } from './allowance.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** A new key can replace a key that has been revoked or expired for at least this number of days. */
const REPLACEABLE_AFTER_DAYS = 30;

/** A function in which another module deletes its own rows that refer to the key. */
export type BeforeKeyRemoval = (transaction: Transaction, apiKeyId: string) => Promise<void>;

/**
 * Decides which inactive key a new key replaces if the user has reached the maximum number of keys. Deletes that key,
 * together with all rows that refer to it.
 */
@Injectable()
export class KeyRemovalService {
  private readonly hooks: BeforeKeyRemoval[] = [];

  constructor(
    private readonly repository: AllowanceRepository,
    private readonly descendants: DescendantsRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly invalidationBus: InvalidationBus,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Registers a hook that runs in the transaction of each removal, before the key is deleted. */
  beforeRemoval(hook: BeforeKeyRemoval): void {
    this.hooks.push(hook);
  }

  /**
   * Returns the key that a new key of this user must replace: the oldest key that was revoked or expired at least 30
   * days ago. Returns `null` if the user has fewer than `MAX_KEYS_PER_USER` keys.
   * @throws `api_key_quota_reached` if the user has too many keys and none of them can be replaced.
   */
  async findReplaceable({ manager }: Transaction, userId: string, now: Date): Promise<ApiKeyEntity | null> {
    const { maxKeysPerUser } = this.settings;
    if (!(await this.repository.hasAtLeast(manager, userId, maxKeysPerUser))) return null;
    const endedBy = daysBefore(now, REPLACEABLE_AFTER_DAYS);
    const oldest = await this.repository.findOldestInactive(manager, userId, endedBy);
    if (!oldest) throw NO_ROOM_FOR_API_KEY.create();
    return oldest;
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
