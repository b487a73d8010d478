import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { NOT_IN_FUTURE, validationFailed } from '../../../common/errors/index.js';
import type { Transaction } from '../../../database/index.js';
import { Settings } from '../../../settings/index.js';
import type { ApiKeyEntity } from '../api-key.entity.js';
import {
  API_KEY_QUOTA_REACHED,
  CREDENTIAL_NOT_FOUND,
  forbiddenToOutliveCreator,
} from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { IdempotencyService, type IdempotentRequest } from './idempotency.service.js';
import { KeyRemovalService } from './key-removal.service.js';

export interface RequestedLifetime {
  /**
   * `null` means that the key never expires. `undefined` means the longest lifetime that the caller may give the key.
   */
  readonly expiresAt?: Date | null | undefined;
}

/** The result of a successful check. */
export interface CreationPermit {
  readonly expiresAt: Date | null;
  /** The old key to delete, because the user has reached the maximum number of keys. `null` if there is still room. */
  readonly replaces: ApiKeyEntity | null;
}

/**
 * Decides whether a caller may create a key. It checks how many keys the caller has, whether the request is a retry,
 * and the lifetime of the new key.
 */
@Injectable()
export class CreationRulesService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly removal: KeyRemovalService,
    private readonly idempotency: IdempotencyService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Throws `validation_failed` unless the expiration time is in the future or `null`. */
  requireFuture(expiresAt: Date | null): void {
    if (expiresAt && expiresAt <= this.clock.now()) throw validationFailed(NOT_IN_FUTURE.on('expiresAt'));
  }

  /**
   * Checks whether the caller may create a key. The result is valid until the transaction ends, because the caller's
   * row is locked.
   * @param request the request with its `Idempotency-Key`, or `null` if it has none.
   * @throws `already_created`, `idempotency_key_reused`, `forbidden` on `expiresAt`, or `api_key_quota_reached`.
   */
  async check(
    transaction: Transaction,
    caller: Principal,
    lifetime: RequestedLifetime,
    request: IdempotentRequest | null,
  ): Promise<CreationPermit> {
    const { manager } = transaction;
    const now = this.clock.now();
    if (request) await this.idempotency.requireUnused(transaction, request, now);
    const expiresAt = await this.expiry(transaction, caller, lifetime);
    const limit = this.settings.maxActiveKeysPerUser;
    const active = await this.repository.countActive(manager, caller.userId, now, limit);
    if (active >= limit) throw API_KEY_QUOTA_REACHED.create();
    return { expiresAt, replaces: await this.removal.findReplaceable(transaction, caller.userId, now) };
  }

  /**
   * Returns the expiration time of the new key. A key can't create a key that expires later than itself. Otherwise, a
   * thief could use a stolen key to create new keys forever.
   */
  private async expiry(
    transaction: Transaction,
    caller: Principal,
    { expiresAt }: RequestedLifetime,
  ): Promise<Date | null> {
    if (caller.method !== 'api_key') return expiresAt ?? null;
    const creator = await this.repository.lock(transaction, caller.apiKey.id);
    if (!creator) throw CREDENTIAL_NOT_FOUND.create();
    const latest = creator.expiresAt;
    if (expiresAt === undefined || latest === null) return expiresAt ?? latest;
    if (expiresAt === null || expiresAt > latest) throw forbiddenToOutliveCreator(latest);
    return expiresAt;
  }
}
