import { Injectable } from '@nestjs/common';
import type { Slice, SliceRequest } from '../../common/pagination/index.js';
import { foldCase } from '../../common/text/fold-case.js';
import type { Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { NOT_IN_FUTURE, validationFailed } from '../../common/errors/index.js';
import { daysBefore } from '../../common/duration.js';
import { Settings } from '../../settings/index.js';
import { Database, type Transaction } from '../../database/index.js';
import { BcryptQueue } from '../hashing/index.js';
import { toApiKeyFilter, type AdminApiKeyFilter } from './listing/api-key-filter.js';
import { generateApiKey, isApiKeyId, type SecretKey } from './verification/api-key-format.js';
import {
  endOf,
  toApiKey,
  UNUSED_AFTER_DAYS,
  type ApiKey,
  type ApiKeyCounts,
  type ApiKeyStatus,
} from './api-key.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_NOT_FOUND, CREDENTIAL_NOT_FOUND } from './api-keys.errors.js';
import { ApiKeysRepository, type LastUse } from './api-keys.repository.js';
import { ApiKeyCountsRepository } from './administration/api-key-counts.repository.js';
import { CreationRulesService, type AskedLifetime } from './creation/creation-rules.service.js';
import { hashRequest, IdempotencyRepository } from './creation/idempotency.repository.js';
import { KeyRemovalService } from './creation/key-removal.service.js';

export interface NewApiKey extends AskedLifetime {
  readonly name: string;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The only time that anybody sees it. */
  readonly key: SecretKey;
}

/** The life of a key: created, named, listed. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly figuresRepository: ApiKeyCountsRepository,
    private readonly rules: CreationRulesService,
    private readonly removal: KeyRemovalService,
    private readonly idempotency: IdempotencyRepository,
    private readonly database: Database,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes a key for the caller.
   * @param idempotencyKey with one, the same request again creates nothing.
   * Throws `validation_failed` and what the rules throw.
   */
  async create(caller: Principal, wanted: NewApiKey, idempotencyKey: string | null): Promise<CreatedApiKey> {
    const { userId } = caller;
    const { name, expiresAt = null } = wanted;
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw validationFailed(NOT_IN_FUTURE.on('expiresAt'));
    }
    const request =
      idempotencyKey === null
        ? null
        : { userId, idempotencyKey, requestHash: hashRequest({ name, expiresAt }) };
    // Hashing takes long: so what would be refused afterwards is refused before, and it holds up no transaction.
    const judge = (transaction: Transaction) => this.rules.judge(transaction, caller, wanted, request);
    await this.database.write(caller, judge);
    const { key, ...made } = generateApiKey(this.settings.apiKeyPrefix);
    const hash = await this.bcrypt.hash(key.reveal(), caller);
    const entity = await this.database.write(caller, async (transaction) => {
      const { expiresAt, makesRoom } = await judge(transaction);
      if (makesRoom) await this.removal.remove(transaction, makesRoom);
      const entity = this.entityOf(caller, { ...made, name, hash, expiresAt });
      await this.repository.insert(transaction, entity);
      if (request) await this.idempotency.record(transaction, request, entity.id, entity.createdAt);
      return entity;
    });
    return { apiKey: toApiKey(entity, entity.createdAt), key };
  }

  /** Newest first. */
  async listOwn(
    caller: Principal,
    filter: { status: ApiKeyStatus | null; search: string | null },
    page: SliceRequest,
  ): Promise<Slice<ApiKey>> {
    return this.list({ ...filter, userId: caller.userId, unusedForDays: null }, page);
  }

  /** Everybody's keys, newest first: for admins. */
  async list(wanted: AdminApiKeyFilter, page: SliceRequest): Promise<Slice<ApiKey>> {
    const now = this.clock.now();
    const filter = toApiKeyFilter(wanted, now);
    if (!filter) return { items: [], next: null };
    const { items, next } = await this.repository.list(filter, page, now);
    return { items: items.map((entity) => toApiKey(entity, now)), next };
  }

  countActiveByUser(userIds: readonly string[]): Promise<Map<string, number>> {
    return this.repository.countActiveByUser(userIds, this.clock.now());
  }

  figures(): Promise<ApiKeyCounts> {
    const now = this.clock.now();
    return this.figuresRepository.count(now, daysBefore(now, UNUSED_AFTER_DAYS));
  }

  /** Throws `api_key_not_found`, for somebody else's key too. */
  async get(caller: Principal, id: string): Promise<ApiKey> {
    const entity = isApiKeyId(id) ? await this.repository.findOwned(caller.userId, id) : null;
    if (!entity) throw API_KEY_NOT_FOUND.create();
    return toApiKey(entity, this.clock.now());
  }

  /** Anybody's key: for admins. Throws `api_key_not_found`. */
  async find(id: string): Promise<ApiKey> {
    const entity = isApiKeyId(id) ? await this.repository.findById(id) : null;
    if (!entity) throw API_KEY_NOT_FOUND.create();
    return toApiKey(entity, this.clock.now());
  }

  /**
   * Keeps a key from ending until the transaction ends.
   * Throws `api_key_not_found`, `api_key_revoked` and `api_key_expired`, as a call with the key would.
   */
  async requireActive(transaction: Transaction, id: string): Promise<void> {
    const entity = await this.repository.lock(transaction, id);
    if (!entity) throw CREDENTIAL_NOT_FOUND.create();
    const ended = endOf(entity, this.clock.now());
    if (ended) throw ended;
  }

  /** Throws `api_key_not_found`. */
  async rename(caller: Principal, id: string, name: string): Promise<ApiKey> {
    await this.change(caller, id, (transaction) =>
      this.repository.rename(transaction, caller.userId, id, name, foldCase(name)),
    );
    return this.get(caller, id);
  }

  /** Notes when keys were last used, and never goes back in time. Nobody caches it, so nobody is told. */
  recordUses(transaction: Transaction, uses: readonly LastUse[]): Promise<void> {
    return this.repository.recordUses(transaction, uses, this.clock.now());
  }

  private async change(
    caller: Principal,
    id: string,
    work: (transaction: Transaction) => Promise<boolean>,
  ): Promise<void> {
    if (!isApiKeyId(id)) throw API_KEY_NOT_FOUND.create();
    await this.database.write(caller, async (transaction) => {
      if (await work(transaction)) transaction.announce({ subject: 'api_key', id });
    });
  }

  private entityOf(
    caller: Principal,
    { id, prefix, name, ...made }: Pick<ApiKeyEntity, 'id' | 'prefix' | 'name' | 'hash' | 'expiresAt'>,
  ): ApiKeyEntity {
    return {
      ...made,
      id,
      userId: caller.userId,
      prefix,
      prefixFolded: foldCase(`${prefix}_${id}`),
      name,
      nameFolded: foldCase(name),
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
