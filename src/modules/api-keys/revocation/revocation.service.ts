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
  /** How many keys that were created with this one, directly or through other keys, are still active. */
  readonly activeDescendants: number;
}

/** A key that the caller of this service has looked up: their own, or as an admin anybody's. */
type FoundKey = Pick<ApiKey, 'id' | 'userId'>;

/** Revokes keys without asking whose they are: `ApiKeysService` and `AdminApiKeysService` decide that. */
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
   * Revokes the key permanently. Revoking it again changes nothing, but `cascade` still takes effect.
   * @returns how many keys that were created with it are still active.
   */
  async revoke(author: Author, { id, userId }: FoundKey, { reason, cascade }: Revocation): Promise<number> {
    // Each generation takes a query, so most descendants are found before anything is locked.
    const found = cascade ? await this.findDescendants(userId, id) : [];
    const from = [id, ...found.map((key) => key.id)];
    const work = async (transaction: Transaction) => {
      const now = this.clock.now();
      const below = cascade ? await this.descendants.below(transaction.manager, userId, from, now) : [];
      const ids = new Set([id, ...below.filter(({ isActive }) => isActive).map((key) => key.id)]);
      const locked = await this.repository.lock(transaction, [...ids].sort(), null, now);
      await this.repository.revoke(transaction, locked, now, reason);
      for (const each of locked) this.invalidationBus.invalidate(transaction, API_KEY_SUBJECT, each);
    };
    // The lock on the owner's row keeps their keys from creating another key, which would not be revoked.
    await this.database.write(author, work, [userId]);
    return cascade ? 0 : this.countActiveDescendants({ id, userId });
  }

  /** How many active keys were created with this one, directly or through other keys. */
  async countActiveDescendants({ id, userId }: FoundKey): Promise<number> {
    return (await this.findDescendants(userId, id)).filter(({ isActive }) => isActive).length;
  }

  private findDescendants(userId: string, id: string): Promise<Descendant[]> {
    const now = this.clock.now();
    return this.database.read((manager) => this.descendants.below(manager, userId, [id], now));
  }
}
