import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { Database, type Transaction } from '../../database/index.js';
import { InvalidationBus } from '../../invalidation/index.js';
import { Settings } from '../../settings/index.js';
import { BcryptQueue } from '../hashing/index.js';
import {
  API_KEY_SUBJECT,
  MAX_CHILDREN_SHOWN,
  toApiKey,
  type ApiKey,
  type ApiKeySummary,
  type ParentKey,
} from './api-key.js';
import { inactiveKeyError } from './api-key-status.js';
import { API_KEY_NOT_FOUND, CREDENTIAL_NOT_FOUND, rethrowWithRetryHint } from './api-keys.errors.js';
import { ApiKeysRepository, type LastUse, type NewApiKeyRow } from './api-keys.repository.js';
import { CreationRulesService, type RequestedLifetime } from './creation/creation-rules.service.js';
import { hashRequest, IdempotencyService } from './creation/idempotency.service.js';
import { KeyRemovalService } from './creation/key-removal.service.js';
import { resolveOwnFilter, type OwnApiKeyFilter, type OwnSliceRequest } from './listing/own-key-filter.js';
import { MAX_EXACT_TOTAL, OwnKeysRepository, type CountedSlice } from './listing/own-keys.repository.js';
import { RevocationService, type Revocation, type RevokedApiKey } from './revocation/revocation.service.js';
import { isApiKeyId } from '../../common/text/api-key-format.js';
import { generateApiKey, type SecretKey } from './creation/generate-api-key.js';

export interface NewApiKey extends RequestedLifetime {
  readonly name: string;
  readonly description?: string | null | undefined;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The complete key. It isn't stored anywhere: the database contains only a hash. */
  readonly key: SecretKey;
}

/** The changes to a key. A property that is `undefined` stays unchanged. */
export interface ApiKeyChanges {
  readonly name?: string | undefined;
  /** `null` removes the description. */
  readonly description?: string | null | undefined;
}

/** Manages the caller's own keys. For the keys of all users, see `AdminApiKeysService`. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly ownKeys: OwnKeysRepository,
    private readonly rules: CreationRulesService,
    private readonly removal: KeyRemovalService,
    private readonly idempotency: IdempotencyService,
    private readonly revocations: RevocationService,
    private readonly database: Database,
    private readonly invalidationBus: InvalidationBus,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Creates a key for the caller.
   * @param idempotencyKey makes retries safe: repeated requests with the same value create only one key.
   * @throws `validation_failed` if `expiresAt` is not in the future, or any error that `CreationRulesService.check` throws.
   */
  async create(caller: Principal, input: NewApiKey, idempotencyKey: string | null): Promise<CreatedApiKey> {
    const { userId } = caller;
    const { name, description = null, expiresAt = null } = input;
    this.rules.requireFuture(expiresAt);
    // Without a description, the hash is the same as in versions without descriptions.
    const content = { name, expiresAt, ...(description !== null && { description }) };
    const request =
      idempotencyKey === null ? null : { userId, idempotencyKey, requestHash: hashRequest(content) };
    // Hashing is slow, so it runs outside the transactions. The first check runs before it, so that no time is spent on
    // hashing if the request must fail.
    const check = (transaction: Transaction) => this.rules.check(transaction, caller, input, request);
    await this.database.write(caller, check);
    const { key, ...generated } = generateApiKey(this.settings.apiKeyPrefix);
    const hash = await this.bcrypt.hash(key.reveal(), caller);
    const insert = async (transaction: Transaction) => {
      const { expiresAt, replaces } = await check(transaction);
      if (replaces) await this.removal.remove(transaction, replaces);
      const row = this.newRow(caller, { ...generated, name, description, hash, expiresAt });
      await this.repository.insert(transaction, row);
      if (request) await this.idempotency.record(transaction, request, row.id, row.createdAt);
      return row;
    };
    const row = await this.database.write(caller, insert).catch(rethrowWithRetryHint);
    return { apiKey: toApiKey(row, row.createdAt), key };
  }

  /** Lists the caller's keys that match the filter, and counts them. */
  async list(
    { userId }: Principal,
    filter: OwnApiKeyFilter,
    slice: OwnSliceRequest,
  ): Promise<CountedSlice<ApiKey>> {
    const now = this.clock.now();
    const found = await this.ownKeys.list(resolveOwnFilter(filter, userId, now), slice, now);
    return { ...found, items: found.items.map((entity) => toApiKey(entity, now)) };
  }

  /** Counts the caller's active keys that need attention. */
  summarize({ userId }: Principal): Promise<ApiKeySummary> {
    return this.ownKeys.summarize(userId, this.clock.now());
  }

  /** Returns the newest keys that were created directly with one of the caller's keys. */
  async children({ userId }: Principal, id: string): Promise<ApiKey[]> {
    const now = this.clock.now();
    const children = await this.ownKeys.findChildren(userId, id, MAX_CHILDREN_SHOWN);
    return children.map((entity) => toApiKey(entity, now));
  }

  /** Counts the keys that were created directly with one of the caller's keys, up to 1,001. */
  async countChildren(caller: Principal, id: string): Promise<number> {
    const parent = await this.get(caller, id);
    return this.ownKeys.countChildren(parent.id, MAX_EXACT_TOTAL + 1);
  }

  /**
   * Returns the key that created one of the caller's keys. Returns `null` if no key created it, or if the key that
   * created it was removed.
   */
  async parent({ userId }: Principal, { createdByKeyId }: ApiKey): Promise<ParentKey | null> {
    if (createdByKeyId === null) return null;
    const parent = await this.repository.findOwned(userId, createdByKeyId);
    return parent && { id: parent.id, name: parent.name };
  }

  /** Returns one of the caller's keys. Throws `api_key_not_found` if the key doesn't exist or isn't theirs. */
  async get({ userId }: Principal, id: string): Promise<ApiKey> {
    const entity = isApiKeyId(id) ? await this.repository.findOwned(userId, id) : null;
    if (!entity) throw API_KEY_NOT_FOUND.create();
    return toApiKey(entity, this.clock.now());
  }

  /** Changes one of the caller's keys. Throws `api_key_not_found` if the key doesn't exist or isn't theirs. */
  async update(caller: Principal, id: string, { name, description }: ApiKeyChanges): Promise<ApiKey> {
    const changes = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    };
    if (Object.keys(changes).length > 0 && isApiKeyId(id)) {
      await this.database.write(caller, async (transaction) => {
        if (await this.repository.update(transaction, caller.userId, id, changes))
          this.invalidationBus.invalidate(transaction, API_KEY_SUBJECT, id);
      });
    }
    return this.get(caller, id);
  }

  /** Revokes one of the caller's keys permanently. Throws `api_key_not_found` if the key doesn't exist or isn't theirs. */
  async revoke(caller: Principal, id: string, revocation: Revocation): Promise<RevokedApiKey> {
    const activeDescendants = await this.revocations.revoke(caller, await this.get(caller, id), revocation);
    return { apiKey: await this.get(caller, id), activeDescendants };
  }

  /** Counts the caller's active keys that were created with the given key, directly or through other keys. */
  countActiveDescendants({ userId }: Principal, id: string): Promise<number> {
    return this.revocations.countActiveDescendants({ id, userId });
  }

  /**
   * Checks that a key is active. Locks the key until the transaction ends, so that it can't be revoked meanwhile.
   * Throws `api_key_not_found`, `api_key_revoked` or `api_key_expired`, the same errors as for a request with the key.
   */
  async requireActive(transaction: Transaction, id: string): Promise<void> {
    const entity = await this.repository.lock(transaction, id);
    if (!entity) throw CREDENTIAL_NOT_FOUND.create();
    const error = inactiveKeyError(entity, this.clock.now());
    if (error) throw error;
  }

  /** Records when keys were last used. This publishes no invalidation, because no instance caches these times. */
  recordUses(transaction: Transaction, uses: readonly LastUse[]): Promise<void> {
    return this.repository.recordUses(transaction, uses, this.clock.now());
  }

  private newRow(
    caller: Principal,
    input: Pick<NewApiKeyRow, 'id' | 'prefix' | 'name' | 'description' | 'hash' | 'expiresAt'>,
  ): NewApiKeyRow {
    return {
      ...input,
      userId: caller.userId,
      createdAt: this.clock.now(),
      createdByKeyId: caller.method === 'api_key' ? caller.apiKey.id : null,
      adoptedByKeyId: null,
      revokedAt: null,
      revokedReason: null,
      lastUsedAt: null,
      lastUsedFrom: null,
    };
  }
}
