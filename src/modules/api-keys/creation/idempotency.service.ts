import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { daysBefore } from '../../../common/duration.js';
import type { Transaction } from '../../../database/index.js';
import { ALREADY_CREATED, IDEMPOTENCY_KEY_REUSED } from '../api-keys.errors.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const REMEMBERED_DAYS = 1;

/** Requests are the same if all of these are. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
}

export const hashRequest = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** Remembers for 24 hours which requests with an `Idempotency-Key` created a key: docs/api.md, "API keys". */
@Injectable()
export class IdempotencyService {
  constructor(private readonly repository: IdempotencyRepository) {}

  /**
   * Throws `already_created` when the same request created a key, and `idempotency_key_reused` when another request
   * with this `Idempotency-Key` did.
   */
  async requireUnused(
    { manager }: Transaction,
    { userId, idempotencyKey, requestHash }: IdempotentRequest,
    now: Date,
  ): Promise<void> {
    const record = await this.repository.find(manager, userId, idempotencyKey);
    const { from, to } = rememberedSpan(now);
    if (!record || record.createdAt < from || record.createdAt > to) return;
    if (record.requestHash !== requestHash) throw IDEMPOTENCY_KEY_REUSED.create();
    throw ALREADY_CREATED.create({ extensions: { apiKeyId: record.apiKeyId } });
  }

  /** Records a creation in its own transaction, and deletes the user's records that have ended. */
  async record(
    transaction: Transaction,
    request: IdempotentRequest,
    apiKeyId: string,
    now: Date,
  ): Promise<void> {
    const { from, to } = rememberedSpan(now);
    await this.repository.deleteOutside(transaction, request.userId, from, to);
    await this.repository.insert(transaction, { ...request, apiKeyId, createdAt: now });
  }
}

/** It also ends in the future: only a wrong clock recorded what is further ahead. */
const rememberedSpan = (now: Date) => ({
  from: daysBefore(now, REMEMBERED_DAYS),
  to: daysBefore(now, -REMEMBERED_DAYS),
});
