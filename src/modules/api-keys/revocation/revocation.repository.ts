import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { dialectOf, type Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import { filterCondition, type ApiKeyFilter } from '../listing/api-key-conditions.js';

/** The maximum number of keys per statement. */
const CHUNK = 500;

/**
 * Splits a list into parts that are short enough for one statement. The process can do other work between two parts.
 */
export async function* inChunks(ids: readonly string[]): AsyncGenerator<readonly string[]> {
  for (let start = 0; start < ids.length; start += CHUNK) {
    yield ids.slice(start, start + CHUNK);
    await nextTurn();
  }
}

/** Locks and revokes any number of keys. */
@Injectable()
export class RevocationRepository {
  /**
   * Locks the given keys until the transaction ends. Keys that are revoked or no longer match the filter are left out.
   * @param ids must be sorted, so that transactions that lock the same keys wait for each other instead of
   * deadlocking.
   * @returns the ids of the locked keys.
   */
  async lock(
    { manager }: Transaction,
    ids: readonly string[],
    filter: ApiKeyFilter | null,
    now: Date,
  ): Promise<string[]> {
    const locked: string[] = [];
    for await (const chunk of inChunks(ids)) {
      const query = manager
        .getRepository(ApiKeyEntity)
        .createQueryBuilder('apiKey')
        .select('apiKey.id', 'id')
        .where('apiKey.revokedAt IS NULL')
        .andWhere('apiKey.id IN (:...chunk)', { chunk })
        .orderBy('apiKey.id');
      if (filter) {
        const { where, parameters } = filterCondition(filter, now);
        query.andWhere(where, parameters);
      }
      for (const { id } of await dialectOf(manager).forUpdate(query).getRawMany<{ id: string }>())
        locked.push(id);
    }
    return locked;
  }

  /** Revokes the keys. Doesn't change keys that are already revoked. */
  async revoke(
    { manager }: Transaction,
    ids: readonly string[],
    at: Date,
    reason: string | null,
  ): Promise<void> {
    for await (const chunk of inChunks(ids)) {
      const changes = { revokedAt: at, revokedReason: reason };
      await manager.getRepository(ApiKeyEntity).update({ id: In([...chunk]), revokedAt: IsNull() }, changes);
    }
  }
}
