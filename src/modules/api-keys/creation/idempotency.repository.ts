import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan, type EntityManager } from 'typeorm';
import type { Transaction } from '../../../database/index.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';

const records = (manager: EntityManager) => manager.getRepository(IdempotencyRecordEntity);

@Injectable()
export class IdempotencyRepository {
  find(
    manager: EntityManager,
    userId: string,
    idempotencyKey: string,
  ): Promise<IdempotencyRecordEntity | null> {
    return records(manager).findOneBy({ userId, idempotencyKey });
  }

  async insert({ manager }: Transaction, record: IdempotencyRecordEntity): Promise<void> {
    await records(manager).insert(record);
  }

  /** Deletes the user's records that are older than `from` or newer than `to`. */
  async deleteOutside({ manager }: Transaction, userId: string, from: Date, to: Date): Promise<void> {
    await records(manager).delete({ userId, createdAt: LessThan(from) });
    await records(manager).delete({ userId, createdAt: MoreThan(to) });
  }

  async deleteByApiKey({ manager }: Transaction, userId: string, apiKeyId: string): Promise<void> {
    await records(manager).delete({ userId, apiKeyId });
  }
}
