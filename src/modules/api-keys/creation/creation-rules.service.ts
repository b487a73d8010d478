import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { daysBefore } from '../../../common/duration.js';
import { Settings } from '../../../settings/index.js';
import type { Transaction } from '../../../database/index.js';
import { AllowanceRepository } from './allowance.repository.js';
import type { ApiKeyEntity } from '../api-key.entity.js';
import {
  API_KEY_QUOTA_REACHED,
  CREDENTIAL_NOT_FOUND,
  forbiddenToOutlive,
  NO_ROOM_FOR_API_KEY,
} from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { IdempotencyRepository, type IdempotentRequest } from './idempotency.repository.js';

/** How long a key must have ended before it makes room for a new one. */
const KEPT_DAYS = 30;

/** What a new key is to be like, as far as there are rules for it. */
export interface AskedLifetime {
  /** `null` for a key that never expires; missing for one that lives as long as the caller may give. */
  readonly expiresAt?: Date | null | undefined;
}

/** A creation that is allowed. */
export interface Allowance {
  readonly expiresAt: Date | null;
  /** The key to remove for the new one. */
  readonly makesRoom: ApiKeyEntity | null;
}

/** Who may create a key: how many, how often, and until when it may live. */
@Injectable()
export class CreationRulesService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly allowance: AllowanceRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Judges a creation in the caller's name. It holds for the transaction, in which the caller's row is locked.
   * @param request an earlier one like it has created a key already.
   * Throws `already_created`, `idempotency_key_reused`, `forbidden` on `expiresAt`, and `api_key_quota_reached`.
   */
  async judge(
    transaction: Transaction,
    caller: Principal,
    asked: AskedLifetime,
    request: IdempotentRequest | null,
  ): Promise<Allowance> {
    const { manager } = transaction;
    const now = this.clock.now();
    if (request) await this.idempotency.refuseRepeated(manager, request, now);
    const expiresAt = await this.lifetime(transaction, caller, asked);
    const most = this.settings.maxActiveKeysPerUser;
    const active = await this.repository.countActive(manager, caller.userId, now, most);
    if (active >= most) throw API_KEY_QUOTA_REACHED.create();
    return { expiresAt, makesRoom: await this.makesRoom(transaction, caller.userId, now) };
  }

  /** A key never makes one that outlives it, or whoever found it would keep what it made. */
  private async lifetime(
    transaction: Transaction,
    caller: Principal,
    { expiresAt }: AskedLifetime,
  ): Promise<Date | null> {
    if (caller.method !== 'api_key') return expiresAt ?? null;
    const maker = await this.repository.lock(transaction, caller.apiKey.id);
    if (!maker) throw CREDENTIAL_NOT_FOUND.create();
    const latest = maker.expiresAt;
    if (expiresAt === undefined || latest === null) return expiresAt ?? latest;
    if (expiresAt === null || expiresAt > latest) throw forbiddenToOutlive(latest);
    return expiresAt;
  }

  private async makesRoom({ manager }: Transaction, userId: string, now: Date): Promise<ApiKeyEntity | null> {
    const { maxKeysPerUser } = this.settings;
    if (!(await this.allowance.hasAtLeast(manager, userId, maxKeysPerUser))) return null;
    const oldest = await this.allowance.findOldestEnded(manager, userId, daysBefore(now, KEPT_DAYS));
    if (!oldest) throw NO_ROOM_FOR_API_KEY.create();
    return oldest;
  }
}
