import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { AuthOutcome } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import type { AppError } from '../../../common/errors/index.js';
import {
  InvalidationBus,
  InvalidationFeed,
  type Invalidation,
  type InvalidationListener,
} from '../../../invalidation/index.js';
import { ACCOUNT_SUSPENDED, USER_SUBJECT, UsersService, type User } from '../../users/index.js';
import { API_KEY_SUBJECT, inactiveKeyError } from '../api-key.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

const MAX_ENTRIES = 200_000;

/** What a key may do now, and whose it is. */
export interface Authority {
  /** What authentication finds while the key is active. */
  readonly outcome: AuthOutcome;
  readonly owner: User;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
}

/**
 * Keeps what keys may do until a change of the key or its owner is committed, by this process or another. A row that
 * was read during a change serves the requests that wait for it, but is not kept.
 */
@Injectable()
export class AuthorityCache implements InvalidationListener {
  private readonly entries = new LRUCache<string, Authority>({
    max: MAX_ENTRIES,
    dispose: ({ owner }, id) => this.unlink(owner.id, id),
  });
  private readonly keysOfUser = new Map<string, Set<string>>();
  private readonly loads = new Map<string, Promise<Authority>>();

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly feed: InvalidationFeed,
    invalidationBus: InvalidationBus,
    private readonly verified: VerifiedKeyCache,
  ) {
    invalidationBus.subscribe(this);
  }

  /** The entry of the key, if it may be trusted without waiting. */
  peek(id: string): Authority | undefined {
    return this.feed.isTrusted() ? this.entries.get(id) : undefined;
  }

  /** Throws `unavailable` when the database is away, because an entry older than a second is not trusted. */
  async get(id: string): Promise<Authority> {
    await this.feed.catchUp();
    return this.entries.get(id) ?? this.loads.get(id) ?? this.load(id);
  }

  invalidated(invalidations: readonly Invalidation[]): void {
    for (const { subject, id } of invalidations) {
      if (subject === API_KEY_SUBJECT) this.forgetKey(id);
      if (subject === USER_SUBJECT) this.forgetKeysOf(id);
    }
  }

  everythingInvalidated(): void {
    this.loads.clear();
    this.entries.clear();
  }

  /** What authentication finds for the key now. A key that is not active names nobody and says why. */
  outcomeOf(authority: Authority): AuthOutcome {
    const { outcome } = authority;
    const denial = this.denialOf(authority);
    return denial ? { ...outcome, principal: null, denial } : outcome;
  }

  /** The owner of a key that authentication has just accepted, as they are now. Throws what `get` throws. */
  async ownerOf(apiKeyId: string): Promise<User> {
    return (this.peek(apiKeyId) ?? (await this.get(apiKeyId))).owner;
  }

  /** Why a key is denied: revoked comes first, then expired, then its owner's suspension. */
  private denialOf({ revokedAt, expiresAt, owner }: Authority): AppError | null {
    if (revokedAt || expiresAt) {
      const ended = inactiveKeyError({ revokedAt, expiresAt }, this.clock.now());
      if (ended) return ended;
    }
    return owner.status === 'suspended' ? ACCOUNT_SUSPENDED.create() : null;
  }

  private forgetKey(id: string): void {
    this.loads.delete(id);
    this.entries.delete(id);
  }

  private forgetKeysOf(userId: string): void {
    // The owners of the rows being read are not known yet, so none of these rows is kept.
    this.loads.clear();
    for (const key of [...(this.keysOfUser.get(userId) ?? [])]) this.entries.delete(key);
  }

  private async load(id: string): Promise<Authority> {
    const load = this.read(id);
    this.loads.set(id, load);
    try {
      const authority = await load;
      // A change in the meantime has removed this load, so its result is already outdated.
      if (this.loads.get(id) === load) this.keep(id, authority);
      return authority;
    } finally {
      if (this.loads.get(id) === load) this.loads.delete(id);
    }
  }

  private async read(id: string): Promise<Authority> {
    const key = await this.repository.findById(id);
    if (!key) {
      // From now on requests with it count as failed attempts, like those with any unknown key.
      this.verified.forget(id);
      throw CREDENTIAL_NOT_FOUND.create();
    }
    const owner = await this.users.get(key.userId);
    const principal = {
      method: 'api_key',
      userId: owner.id,
      role: owner.role,
      neededRoles: null,
      apiKey: { id, name: key.name },
    } as const;
    return {
      outcome: { principal, userId: owner.id, apiKeyId: id, denial: null },
      owner,
      revokedAt: key.revokedAt,
      expiresAt: key.expiresAt,
    };
  }

  private keep(id: string, authority: Authority): void {
    this.entries.set(id, authority);
    const userId = authority.owner.id;
    const keys = this.keysOfUser.get(userId) ?? new Set();
    this.keysOfUser.set(userId, keys.add(id));
  }

  private unlink(userId: string, id: string): void {
    const keys = this.keysOfUser.get(userId);
    keys?.delete(id);
    if (keys?.size === 0) this.keysOfUser.delete(userId);
  }
}
