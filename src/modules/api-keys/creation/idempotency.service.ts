import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { daysBefore } from '../../../common/duration.js';
import type { Transaction } from '../../../database/index.js';
import { ALREADY_CREATED, IDEMPOTENCY_KEY_REUSED } from '../api-keys.errors.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const RETENTION_DAYS = 1;

/** A request with an `Idempotency-Key`. Two requests are the same if all of these properties are equal. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
}

export const hashRequest = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** Remembers for 24 hours which requests with an `Idempotency-Key` have created a key: docs/api.md, "API keys". */
@Injectable()
export class IdempotencyService {
  constructor(private readonly repository: IdempotencyRepository) {}

  /**
   * Checks that the `Idempotency-Key` hasn't created a key yet. Throws `already_created` if the same request has
   * created a key, and `idempotency_key_reused` if a different request with this `Idempotency-Key` has created one.
   */
  async requireUnused(
    { manager }: Transaction,
    { userId, idempotencyKey, requestHash }: IdempotentRequest,
    now: Date,
  ): Promise<void> {
    const record = await this.repository.find(manager, userId, idempotencyKey);
    const { from, to } = validPeriod(now);
    if (!record || record.createdAt < from || record.createdAt > to) return;
    if (record.requestHash !== requestHash) throw IDEMPOTENCY_KEY_REUSED.create();
    throw ALREADY_CREATED.create({ extensions: { apiKeyId: record.apiKeyId } });
  }

  /**
   * Records that the request has created a key, and deletes the user's outdated records. Call this in the transaction
   * that creates the key.
   */
  async record(
    transaction: Transaction,
    request: IdempotentRequest,
    apiKeyId: string,
    now: Date,
  ): Promise<void> {
    const { from, to } = validPeriod(now);
    await this.repository.deleteOutside(transaction, request.userId, from, to);
    await this.repository.insert(transaction, { ...request, apiKeyId, createdAt: now });
  }
}

/**
 * Returns the period in which a valid record was created. A record from after this period was written with a wrong
 * clock.
 */
const validPeriod = (now: Date) => ({
  from: daysBefore(now, RETENTION_DAYS),
  to: daysBefore(now, -RETENTION_DAYS),
});
