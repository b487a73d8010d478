import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { Database, type Author, type Transaction } from '../../../database/index.js';
import type { ApiKey } from '../api-key.js';
import { ApiKeysService } from '../api-keys.service.js';
import { BulkRevocationRepository } from '../administration/bulk-revocation.repository.js';
import { DescendantsRepository, type Descendant } from './descendants.repository.js';

export interface Revocation {
  readonly reason: string | null;
  /** Whether the keys that were made with it, and with those, are revoked too. */
  readonly cascade: boolean;
}

export interface RevokedApiKey {
  readonly apiKey: ApiKey;
  /** How many keys that were made with it, over all generations, are still active. */
  readonly activeDescendants: number;
}

/** Ends keys for good, one at a time or with all that was made with them. */
@Injectable()
export class RevocationService {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly repository: BulkRevocationRepository,
    private readonly descendants: DescendantsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Ends a key of the caller; once more changes nothing about it. Throws `api_key_not_found`. */
  async revoke(caller: Principal, id: string, revocation: Revocation): Promise<RevokedApiKey> {
    return this.end(caller, await this.apiKeys.get(caller, id), revocation);
  }

  /** Ends anybody's key, as its owner could: for admins. Throws `api_key_not_found`. */
  async revokeAny(caller: Author, id: string, revocation: Revocation): Promise<RevokedApiKey> {
    return this.end(caller, await this.apiKeys.find(id), revocation);
  }

  /** How many active keys of all generations were made with the key. */
  async countActiveDescendants({ id, userId }: Pick<ApiKey, 'id' | 'userId'>): Promise<number> {
    return (await this.lookBelow(userId, id)).filter(({ isActive }) => isActive).length;
  }

  private async end(
    caller: Author,
    { id, userId }: ApiKey,
    { reason, cascade }: Revocation,
  ): Promise<RevokedApiKey> {
    // Found before anything is locked, as it takes a query a generation; then only what is new has to be found.
    const known = cascade ? await this.lookBelow(userId, id) : [];
    const from = [id, ...known.map((key) => key.id)];
    const work = async (transaction: Transaction) => {
      const now = this.clock.now();
      const below = cascade ? await this.descendants.below(transaction.manager, userId, from, now) : [];
      const ids = new Set([id, ...below.filter(({ isActive }) => isActive).map((key) => key.id)]);
      const locked = await this.repository.lock(transaction, [...ids].sort(), null, now);
      await this.repository.revoke(transaction, locked, now, reason);
      for (const each of locked) transaction.announce({ subject: 'api_key', id: each });
    };
    // While the owner's row is locked none of their keys makes another one, which would escape.
    await this.database.write(caller, work, [userId]);
    const apiKey = await this.apiKeys.find(id);
    return { apiKey, activeDescendants: cascade ? 0 : await this.countActiveDescendants(apiKey) };
  }

  private lookBelow(userId: string, id: string): Promise<Descendant[]> {
    const now = this.clock.now();
    return this.database.read((manager) => this.descendants.below(manager, userId, [id], now));
  }
}
