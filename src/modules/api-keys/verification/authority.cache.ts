import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ApiKeyPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import type { AppError } from '../../../common/errors/index.js';
import {
  InvalidationBus,
  InvalidationFeed,
  type Invalidation,
  type InvalidationListener,
} from '../../../invalidation/index.js';
import { ACCOUNT_SUSPENDED, USER_SUBJECT, UsersService } from '../../users/index.js';
import { API_KEY_SUBJECT, endOf } from '../api-key.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

const MAX_ENTRIES = 200_000;

/** What a genuine key may do now. */
export interface Authority {
  readonly principal: ApiKeyPrincipal;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly ownerIsSuspended: boolean;
}

/**
 * What keys may do, kept until a change of the key or its owner is committed, here or elsewhere. A row that was being read
 * while something changed is used for the calls that wait for it, but not kept.
 */
@Injectable()
export class AuthorityCache implements InvalidationListener {
  private readonly entries = new LRUCache<string, Authority>({
    max: MAX_ENTRIES,
    dispose: ({ principal }, id) => this.unlink(principal.userId, id),
  });
  private readonly keysOfUser = new Map<string, Set<string>>();
  private readonly loads = new Map<string, Promise<Authority>>();

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly feed: InvalidationFeed,
    invalidationBus: InvalidationBus,
    private readonly proofs: VerifiedKeyCache,
  ) {
    invalidationBus.subscribe(this);
  }

  /** What is kept of the key and may be trusted, without waiting. */
  peek(id: string): Authority | undefined {
    return this.feed.isTrusted() ? this.entries.get(id) : undefined;
  }

  /** Throws `unavailable` when the database is away: what is older than a second is not trusted. */
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

  /** Why a genuine key is turned away, in the order of contract.md, section 4, or `null` when it is not. */
  refusal(authority: Authority): AppError | null {
    if (authority.revokedAt || authority.expiresAt) {
      const ended = endOf(authority, this.clock.now());
      if (ended) return ended;
    }
    return authority.ownerIsSuspended ? ACCOUNT_SUSPENDED.create() : null;
  }

  private forgetKey(id: string): void {
    this.loads.delete(id);
    this.entries.delete(id);
  }

  private forgetKeysOf(userId: string): void {
    // Whose keys are being read is not known yet, so none of them is kept.
    this.loads.clear();
    for (const key of [...(this.keysOfUser.get(userId) ?? [])]) this.entries.delete(key);
  }

  private async load(id: string): Promise<Authority> {
    const load = this.read(id);
    this.loads.set(id, load);
    try {
      const authority = await load;
      // A change in the meantime has removed this load: then its result is already old.
      if (this.loads.get(id) === load) this.keep(id, authority);
      return authority;
    } finally {
      if (this.loads.get(id) === load) this.loads.delete(id);
    }
  }

  private async read(id: string): Promise<Authority> {
    const key = await this.repository.findById(id);
    if (!key) {
      // From now on calls with it count as failures, as those with any unknown key.
      this.proofs.forget(id);
      throw CREDENTIAL_NOT_FOUND.create();
    }
    const owner = await this.users.get(key.userId);
    return {
      principal: {
        method: 'api_key',
        userId: owner.id,
        role: owner.role,
        neededRoles: null,
        apiKey: { id, name: key.name },
      },
      revokedAt: key.revokedAt,
      expiresAt: key.expiresAt,
      ownerIsSuspended: owner.status === 'suspended',
    };
  }

  private keep(id: string, authority: Authority): void {
    this.entries.set(id, authority);
    const { userId } = authority.principal;
    const keys = this.keysOfUser.get(userId) ?? new Set();
    this.keysOfUser.set(userId, keys.add(id));
  }

  private unlink(userId: string, id: string): void {
    const keys = this.keysOfUser.get(userId);
    keys?.delete(id);
    if (keys?.size === 0) this.keysOfUser.delete(userId);
  }
}
