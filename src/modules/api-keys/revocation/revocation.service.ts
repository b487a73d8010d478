import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { Database, type Author, type Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import { API_KEY_SUBJECT, type ApiKey } from '../api-key.js';
import { DescendantsRepository, type Descendant } from './descendants.repository.js';
import { RevocationRepository } from './revocation.repository.js';

export interface Revocation {
  readonly reason: string | null;
  /** Whether to also revoke all keys that were created with this one, directly or through other keys. */
  readonly cascade: boolean;
}

export interface RevokedApiKey {
  readonly apiKey: ApiKey;
  /** The number of active keys that were created with this one, directly or through other keys. */
  readonly activeDescendants: number;
}

/** A key that the calling service has found: one of the caller's keys, or, for an admin, any key. */
type FoundKey = Pick<ApiKey, 'id' | 'userId'>;

/** Revokes keys without checking their owner. `ApiKeysService` and `AdminApiKeysService` check it. */
@Injectable()
export class RevocationService {
  constructor(
    private readonly repository: RevocationRepository,
    private readonly descendants: DescendantsRepository,
    private readonly database: Database,
    private readonly invalidationBus: InvalidationBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Revokes the key permanently. Revoking it again doesn't change it, but `cascade` still applies.
   * @returns the number of active keys that were created with it.
   */
  async revoke(author: Author, { id, userId }: FoundKey, { reason, cascade }: Revocation): Promise<number> {
    // Each generation needs a query, so this finds most descendants before it locks anything.
    const found = cascade ? await this.findDescendants(userId, id) : [];
    const from = [id, ...found.map((key) => key.id)];
    const work = async (transaction: Transaction) => {
      const now = this.clock.now();
      const descendants = cascade
        ? await this.descendants.findDescendants(transaction.manager, userId, from, now)
        : [];
      const ids = new Set([id, ...descendants.filter(({ isActive }) => isActive).map((key) => key.id)]);
      const locked = await this.repository.lock(transaction, [...ids].sort(), null, now);
      await this.repository.revoke(transaction, locked, now, reason);
      for (const each of locked) this.invalidationBus.invalidate(transaction, API_KEY_SUBJECT, each);
    };
    // The lock on the owner's row prevents their keys from creating another key meanwhile, which would stay active.
    await this.database.write(author, work, [userId]);
    return cascade ? 0 : this.countActiveDescendants({ id, userId });
  }

  /** Counts the active keys that were created with this one, directly or through other keys. */
  async countActiveDescendants({ id, userId }: FoundKey): Promise<number> {
    return (await this.findDescendants(userId, id)).filter(({ isActive }) => isActive).length;
  }

  private findDescendants(userId: string, id: string): Promise<Descendant[]> {
    const now = this.clock.now();
    return this.database.read((manager) => this.descendants.findDescendants(manager, userId, [id], now));
  }
}
