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

/**
 * A key that the calling service has already found. It belongs to the author of the request, unless the author is an
 * admin or a command.
 */
type FoundKey = Pick<ApiKey, 'id' | 'userId'>;

/**
 * Revokes keys. This service doesn't check who owns a key, because `ApiKeysService` and `AdminApiKeysService` do that.
 */
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
   * Revokes the key permanently. If the key is already revoked, it stays unchanged, but `cascade` still applies.
   * @returns the number of keys that were created with it, directly or through other keys, and are still active.
   */
  async revoke(author: Author, { id, userId }: FoundKey, { reason, cascade }: Revocation): Promise<number> {
    // Finding descendants needs a query for each generation. So most descendants are found here, before any row is
    // locked.
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
    // `write` also locks the owner's row. Without this lock, one of the keys could create another key during the
    // revocation, and the new key would stay active.
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
