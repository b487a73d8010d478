import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { validationFailed } from '../../common/errors/index.js';
import type { Page, PageRequest } from '../../common/http/index.js';
import { foldCase } from '../../common/text/display-text.js';
import { AppConfig } from '../../config/index.js';
import { Database, type Transaction } from '../../database/index.js';
import { BcryptQueue } from '../hashing/index.js';
import { ACCOUNT_SUSPENDED, UsersService } from '../users/index.js';
import { daysBefore, toApiKeyFilter, type AdminApiKeyFilter } from './api-key-filter.js';
import { generateApiKey, isApiKeyId, type SecretKey } from './api-key-format.js';
import { statusAt, toApiKey, type ApiKey, type ApiKeyFigures, type ApiKeyStatus } from './api-key.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_NOT_FOUND, API_KEY_QUOTA_REACHED, API_KEY_REVOKED } from './api-keys.errors.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { hashRequest, IdempotencyRepository, type IdempotentRequest } from './idempotency.repository.js';

export interface NewApiKey {
  readonly name: string;
  /** `null` for a key that never expires by itself. */
  readonly expiresAt: Date | null;
}

export interface LastUse {
  readonly apiKeyId: string;
  readonly at: Date;
  /** An address. */
  readonly from: string;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The only time that anybody sees it. */
  readonly key: SecretKey;
}

/** The life of a key: created, named, listed, revoked for good. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly users: UsersService,
    private readonly database: Database,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * Makes a key for the caller.
   * @param idempotencyKey with one, the same request again creates nothing.
   * Throws `validation_failed`, `api_key_quota_reached`, `already_created` and `idempotency_key_reused`.
   */
  async create(caller: Principal, wanted: NewApiKey, idempotencyKey: string | null): Promise<CreatedApiKey> {
    const { userId } = caller;
    if (wanted.expiresAt && wanted.expiresAt <= this.clock.now()) {
      throw validationFailed({ field: 'expiresAt', message: 'must be in the future' });
    }
    const request =
      idempotencyKey === null ? null : { userId, idempotencyKey, requestHash: hashRequest(wanted) };
    if (request) await this.refuseRepeated(request);

    // Hashing takes long, so it comes before the transaction.
    const { prefix, id, key } = generateApiKey(this.config.apiKeyPrefix);
    const hash = await this.bcrypt.hash(key.reveal());
    const now = this.clock.now();
    const entity: ApiKeyEntity = {
      id,
      userId,
      prefix,
      prefixFolded: foldCase(`${prefix}_${id}`),
      name: wanted.name,
      nameFolded: foldCase(wanted.name),
      hash,
      createdAt: now,
      createdByKeyId: caller.method === 'api_key' ? caller.apiKey.id : null,
      expiresAt: wanted.expiresAt,
      revokedAt: null,
      revokedReason: null,
      lastUsedAt: null,
      lastUsedFrom: null,
    };
    await this.database.write((transaction) => this.insert(transaction, entity, request));
    return { apiKey: toApiKey(entity, now), key };
  }

  /** Newest first. */
  async listOwn(
    caller: Principal,
    filter: { status: ApiKeyStatus | null; search: string | null },
    page: PageRequest,
  ): Promise<Page<ApiKey>> {
    return this.list({ ...filter, userId: caller.userId, unusedForDays: null }, page);
  }

  /** Everybody's keys, newest first: for admins. */
  async list(wanted: AdminApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>> {
    const now = this.clock.now();
    const filter = toApiKeyFilter(wanted, now);
    if (!filter) return { items: [], next: null };
    const { items, next } = await this.repository.list(filter, page, now);
    return { items: items.map((entity) => toApiKey(entity, now)), next };
  }

  countActiveByUser(userIds: readonly string[]): Promise<Map<string, number>> {
    return this.repository.countActiveByUser(userIds, this.clock.now());
  }

  figures(): Promise<ApiKeyFigures> {
    const now = this.clock.now();
    return this.repository.figures(now, daysBefore(now, 90));
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

  /** Throws `api_key_not_found`. */
  async rename(caller: Principal, id: string, name: string): Promise<ApiKey> {
    await this.change(id, (transaction) =>
      this.repository.rename(transaction, caller.userId, id, name, foldCase(name)),
    );
    return this.get(caller, id);
  }

  /** Ends the key for good; once more changes nothing. Throws `api_key_not_found`. */
  async revoke(caller: Principal, id: string, reason: string | null): Promise<ApiKey> {
    await this.change(id, (transaction) =>
      this.repository.revoke(transaction, caller.userId, id, this.clock.now(), reason),
    );
    return this.get(caller, id);
  }

  /** Ends anybody's key for good, as its owner could: for admins. Throws `api_key_not_found`. */
  async revokeAny(id: string, reason: string | null): Promise<ApiKey> {
    await this.change(id, (transaction) =>
      this.repository.revoke(transaction, null, id, this.clock.now(), reason),
    );
    return this.find(id);
  }

  /** Notes when keys were last used, and never goes back in time. Nobody caches it, so nobody is told. */
  async recordUses(transaction: Transaction, uses: readonly LastUse[]): Promise<void> {
    for (const use of uses) await this.repository.recordUse(transaction, use.apiKeyId, use.at, use.from);
  }

  private async change(id: string, work: (transaction: Transaction) => Promise<boolean>): Promise<void> {
    if (!isApiKeyId(id)) throw API_KEY_NOT_FOUND.create();
    await this.database.write(async (transaction) => {
      if (await work(transaction)) transaction.announce({ subject: 'api_key', id });
    });
  }

  private refuseRepeated(request: IdempotentRequest): Promise<void> {
    return this.database.read((manager) =>
      this.idempotency.refuseRepeated(manager, request, this.clock.now()),
    );
  }

  /** Everything that a creation depends on is looked at again while the owner's row is locked. */
  private async insert(
    transaction: Transaction,
    entity: ApiKeyEntity,
    request: IdempotentRequest | null,
  ): Promise<void> {
    const { userId, createdByKeyId, createdAt: now } = entity;
    const owner = await this.users.lock(transaction, userId);
    if (owner.status === 'suspended') throw ACCOUNT_SUSPENDED.create();
    if (createdByKeyId !== null) await this.refuseDeadCreator(transaction, createdByKeyId, now);
    if (request) await this.idempotency.refuseRepeated(transaction.manager, request, now);
    const most = this.config.maxActiveKeysPerUser;
    if ((await this.repository.countActive(transaction.manager, userId, now, most)) >= most)
      throw API_KEY_QUOTA_REACHED.create();
    await this.repository.insert(transaction, entity);
    if (request) await this.idempotency.record(transaction, request, entity.id, now);
  }

  /** A key that was revoked while its call was under way leaves no key behind. */
  private async refuseDeadCreator(transaction: Transaction, id: string, now: Date): Promise<void> {
    const creator = await this.repository.lock(transaction, id);
    if (!creator || statusAt(creator, now) === 'revoked') throw API_KEY_REVOKED.create();
  }
}
