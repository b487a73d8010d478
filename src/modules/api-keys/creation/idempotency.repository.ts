import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '../../../common/duration.js';
import { LessThan, MoreThan, type EntityManager } from 'typeorm';
import type { Transaction } from '../../../database/index.js';
import { ALREADY_CREATED, IDEMPOTENCY_KEY_REUSED } from '../api-keys.errors.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';

const KEPT_MS = 24 * HOUR_MS;

/** What makes two requests one: whose it is, the `Idempotency-Key`, and what it asks for. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
}

export const hashRequest = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** Remembers for 24 hours which requests have created a key. What a wrong clock wrote further ahead is over. */
@Injectable()
export class IdempotencyRepository {
  /** Throws `already_created` or `idempotency_key_reused` when the user has used the key before. */
  async refuseRepeated(manager: EntityManager, request: IdempotentRequest, now: Date): Promise<void> {
    const { userId, idempotencyKey, requestHash } = request;
    const record = await manager.getRepository(IdempotencyRecordEntity).findOneBy({ userId, idempotencyKey });
    if (!record || Math.abs(record.createdAt.getTime() - now.getTime()) > KEPT_MS) return;
    if (record.requestHash !== requestHash) throw IDEMPOTENCY_KEY_REUSED.create();
    throw ALREADY_CREATED.create({ extensions: { apiKeyId: record.apiKeyId } });
  }

  /** Records a creation in its own transaction and forgets the user's records that are over. */
  async record(
    { manager }: Transaction,
    request: IdempotentRequest,
    apiKeyId: string,
    now: Date,
  ): Promise<void> {
    const records = manager.getRepository(IdempotencyRecordEntity);
    const { userId } = request;
    await records.delete({ userId, createdAt: LessThan(atDistance(now, -KEPT_MS)) });
    await records.delete({ userId, createdAt: MoreThan(atDistance(now, KEPT_MS)) });
    await records.insert({ ...request, apiKeyId, createdAt: now });
  }

  /** Forgets that the key was created, as there is no such key any more. */
  async forget({ manager }: Transaction, userId: string, apiKeyId: string): Promise<void> {
    await manager.getRepository(IdempotencyRecordEntity).delete({ userId, apiKeyId });
  }
}

const atDistance = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
