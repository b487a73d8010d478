import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { AuthOutcome } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import {
  InvalidationBus,
  InvalidationFeedReader,
  type Invalidation,
  type InvalidationListener,
} from '../../../invalidation/index.js';
import { USER_SUBJECT, UsersService, type User } from '../../users/index.js';
import { API_KEY_SUBJECT } from '../api-key.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { keyDenial } from './key-denial.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

const MAX_ENTRIES = 200_000;

/** The current rights of a key, and its owner. */
export interface KeyRights {
  /** The result of authentication while the key is active. */
  readonly outcome: AuthOutcome;
  readonly owner: User;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
}

/**
 * Caches the rights of keys. An entry is removed when this or another process commits a change to the key or its owner.
 * If a change is committed while a row is being read, the requests that wait for this row still use it, but it is not
 * cached.
 */
@Injectable()
export class KeyRightsCache implements InvalidationListener {
  private readonly entries = new LRUCache<string, KeyRights>({
    max: MAX_ENTRIES,
    dispose: ({ owner }, id) => this.unlink(owner.id, id),
  });
  private readonly keysOfUser = new Map<string, Set<string>>();
  private readonly loads = new Map<string, Promise<KeyRights>>();
  private readonly now = () => this.clock.now();

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly feed: InvalidationFeedReader,
    invalidationBus: InvalidationBus,
    private readonly verified: VerifiedKeyCache,
  ) {
    invalidationBus.subscribe(this);
  }

  /**
   * Returns the cached entry of the key. Returns `undefined` if there is none, or if the cache must first read the
   * latest invalidations.
   */
  peek(id: string): KeyRights | undefined {
    return this.feed.isTrusted() ? this.entries.get(id) : undefined;
  }

  /**
   * Returns the rights of a key and its owner.
   * Throws `api_key_not_found`. Throws `unavailable` if the database is unavailable. Cached entries alone can't be
   * trusted, because they may be outdated if the last invalidations were read more than a second ago.
   */
  async get(id: string): Promise<KeyRights> {
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

  /**
   * Returns the result of authentication at the current time. If the key is not active or its owner is suspended, the
   * result contains the error and no principal.
   */
  outcomeOf(rights: KeyRights): AuthOutcome {
    const { outcome } = rights;
    const denial = keyDenial(rights, this.now);
    return denial ? { ...outcome, principal: null, denial } : outcome;
  }

  /**
   * Returns the owner of a key that has just been authenticated, if possible from the cache. Throws any error
   * that `get` throws.
   */
  async ownerOf(apiKeyId: string): Promise<User> {
    return (this.peek(apiKeyId) ?? (await this.get(apiKeyId))).owner;
  }

  private forgetKey(id: string): void {
    this.loads.delete(id);
    this.entries.delete(id);
  }

  private forgetKeysOf(userId: string): void {
    // The owners of the rows that are being read are not known yet, so none of these rows is cached.
    this.loads.clear();
    for (const key of [...(this.keysOfUser.get(userId) ?? [])]) this.entries.delete(key);
  }

  private async load(id: string): Promise<KeyRights> {
    const load = this.read(id);
    this.loads.set(id, load);
    try {
      const rights = await load;
      // If a change has removed this load in the meantime, its result may already be outdated.
      if (this.loads.get(id) === load) this.keep(id, rights);
      return rights;
    } finally {
      if (this.loads.get(id) === load) this.loads.delete(id);
    }
  }

  private async read(id: string): Promise<KeyRights> {
    const key = await this.repository.findById(id);
    if (!key) {
      // From now on, requests with this key count as failed attempts, like requests with any other unknown key.
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

  private keep(id: string, rights: KeyRights): void {
    this.entries.set(id, rights);
    const userId = rights.owner.id;
    const keys = this.keysOfUser.get(userId) ?? new Set();
    this.keysOfUser.set(userId, keys.add(id));
  }

  private unlink(userId: string, id: string): void {
    const keys = this.keysOfUser.get(userId);
    keys?.delete(id);
    if (keys?.size === 0) this.keysOfUser.delete(userId);
  }
}
