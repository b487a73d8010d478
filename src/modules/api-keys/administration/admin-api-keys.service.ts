import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { daysBefore } from '../../../common/duration.js';
import type { Slice, SliceRequest } from '../../../common/pagination/index.js';
import type { Author } from '../../../database/index.js';
import { UsersService } from '../../users/index.js';
import {
  MAX_CHILDREN_SHOWN,
  toApiKey,
  UNUSED_AFTER_DAYS,
  type ApiKey,
  type ApiKeyCounts,
  type ParentKey,
} from '../api-key.js';
import { API_KEY_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { toApiKeyFilter, type AdminApiKeyFilter } from '../listing/api-key-filter.js';
import { MAX_EXACT_TOTAL, OwnKeysRepository } from '../listing/own-keys.repository.js';
import { RevocationService, type Revocation, type RevokedApiKey } from '../revocation/revocation.service.js';
import { isApiKeyId } from '../../../common/text/api-key-format.js';
import { ApiKeyCountsRepository } from './api-key-counts.repository.js';
import { withOwners, type OwnedApiKey } from './owned-api-key.js';

/**
 * Manages the keys of all users. This service doesn't check who owns a key, so only modules for admins may import it.
 */
@Injectable()
export class AdminApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly ownKeys: OwnKeysRepository,
    private readonly counts: ApiKeyCountsRepository,
    private readonly revocations: RevocationService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /** Lists the keys that match the filter, newest first. The search also matches the start of the owner's email. */
  async list(filter: AdminApiKeyFilter, slice: SliceRequest): Promise<Slice<OwnedApiKey>> {
    const now = this.clock.now();
    const resolved = toApiKeyFilter(filter, now);
    if (!resolved) return { items: [], next: null };
    const { items, next } = await this.repository.list(resolved, slice, now);
    const apiKeys = items.map((entity) => toApiKey(entity, now));
    return { items: await withOwners(this.users, apiKeys), next };
  }

  /** Returns a key of any user. Throws `api_key_not_found` if no key has this id. */
  async get(id: string): Promise<ApiKey> {
    const entity = isApiKeyId(id) ? await this.repository.findById(id) : null;
    if (!entity) throw API_KEY_NOT_FOUND.create();
    return toApiKey(entity, this.clock.now());
  }

  /** Returns the newest keys that were created directly with the given key. */
  async children({ id, userId }: ApiKey): Promise<ApiKey[]> {
    const now = this.clock.now();
    const children = await this.ownKeys.findChildren(userId, id, MAX_CHILDREN_SHOWN);
    return children.map((entity) => toApiKey(entity, now));
  }

  /** Counts the keys that were created directly with the given key, up to 1,001. */
  countChildren({ id }: ApiKey): Promise<number> {
    return this.ownKeys.countChildren(id, MAX_EXACT_TOTAL + 1);
  }

  /**
   * Returns the key that created the given key. Returns `null` if no key created it, or if the key that created it was
   * removed.
   */
  async parent({ createdByKeyId }: ApiKey): Promise<ParentKey | null> {
    const parent = createdByKeyId === null ? null : await this.repository.findById(createdByKeyId);
    return parent && { id: parent.id, name: parent.name };
  }

  /** Returns a key of any user, and its owner. Throws `api_key_not_found` if no key has this id. */
  async getWithOwner(id: string): Promise<OwnedApiKey> {
    const [found] = await withOwners(this.users, [await this.get(id)]);
    if (!found) throw API_KEY_NOT_FOUND.create();
    return found;
  }

  /** Finds keys and their owners by id. Ignores unknown ids. */
  async getMany(ids: readonly string[]): Promise<Map<string, OwnedApiKey>> {
    const now = this.clock.now();
    const apiKeys = (await this.repository.findByIds(ids)).map((entity) => toApiKey(entity, now));
    const owned = await withOwners(this.users, apiKeys);
    return new Map(owned.map((each) => [each.apiKey.id, each]));
  }

  /** Revokes a key of any user permanently. Throws `api_key_not_found` if no key has this id. */
  async revoke(author: Author, id: string, revocation: Revocation): Promise<RevokedApiKey> {
    const activeDescendants = await this.revocations.revoke(author, await this.get(id), revocation);
    return { apiKey: await this.get(id), activeDescendants };
  }

  /** Counts the active keys that were created with the given key, directly or through other keys. */
  countActiveDescendants(apiKey: ApiKey): Promise<number> {
    return this.revocations.countActiveDescendants(apiKey);
  }

  count(): Promise<ApiKeyCounts> {
    const now = this.clock.now();
    return this.counts.count(now, daysBefore(now, UNUSED_AFTER_DAYS));
  }

  /** Counts each user's active keys. The result doesn't contain users without active keys. */
  countActiveByUser(userIds: readonly string[]): Promise<Map<string, number>> {
    return this.counts.countActiveByUser(userIds, this.clock.now());
  }
}
