// Caution: a search must read all keys, even if it matches only a few of a million. A single query would exceed the query
// timeout, and on SQLite it would block the process. So each query searches only some of the keys.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { ListPosition } from '../../../common/pagination/index.js';
import { toDate } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import { filterCondition, type ApiKeyFilter } from '../listing/api-key-conditions.js';
import { inChunks } from '../revocation/revocation.repository.js';

/** The maximum number of rows that a query reads. On SQLite, reading them blocks the process for about 5 ms. */
const ROWS_PER_QUERY = 1_000;
/** If a user has at most this number of keys, a single query reads all of them. */
const FEW_KEYS = 10_000;

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity).createQueryBuilder('apiKey');

const unrevoked = (manager: EntityManager) =>
  keys(manager)
    .select('apiKey.id', 'id')
    .addSelect('apiKey.createdAt', 'createdAt')
    .where('apiKey.revokedAt IS NULL');

async function positionsOf(query: ReturnType<typeof unrevoked>): Promise<ListPosition[]> {
  const rows = await query.getRawMany<{ id: string; createdAt: Date | string }>();
  return rows.map(({ id, createdAt }) => ({ id, createdAt: toDate(createdAt) }));
}

/** Finds keys for bulk revocations. */
@Injectable()
export class BulkRevocationRepository {
  /** Yields the keys that have one of these ids and aren't revoked, in batches. */
  async *findUnrevoked(manager: EntityManager, ids: readonly string[]): AsyncGenerator<ListPosition[]> {
    for await (const chunk of inChunks(ids)) {
      yield await positionsOf(unrevoked(manager).andWhere('apiKey.id IN (:...chunk)', { chunk }));
    }
  }

  /** Yields the keys that match the filter and aren't revoked, in batches. */
  async *searchUnrevoked(
    manager: EntityManager,
    filter: ApiKeyFilter,
    now: Date,
  ): AsyncGenerator<ListPosition[]> {
    const { userId } = filter;
    const matching = () => {
      const { where, parameters } = filterCondition(filter, now);
      return unrevoked(manager).andWhere(where, parameters);
    };
    if (userId !== null && (await this.hasFewKeys(manager, userId))) {
      yield await positionsOf(matching().andWhere('apiKey.userId = :userId', { userId }));
      return;
    }
    for (let after: string | null = ''; after !== null; await nextTurn()) {
      const last: string | null = await this.lastIdOfStep(manager, after);
      const query = matching().andWhere('apiKey.id > :after', { after });
      if (last !== null) query.andWhere('apiKey.id <= :last', { last });
      // COALESCE prevents the database from using the index on the owner. With that index, each query would read all
      // keys of the owner.
      if (userId !== null) query.andWhere("COALESCE(apiKey.userId, '') = :userId", { userId });
      yield await positionsOf(query);
      after = last;
    }
  }

  /** Finds keys by id and returns them newest first. */
  findByIds(manager: EntityManager, ids: readonly string[]): Promise<ApiKeyEntity[]> {
    return manager
      .getRepository(ApiKeyEntity)
      .find({ where: { id: In([...ids]) }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** Whether the user has so few keys that a single query can read all of them. */
  private async hasFewKeys(manager: EntityManager, userId: string): Promise<boolean> {
    const query = keys(manager).select('apiKey.id', 'id').where('apiKey.userId = :userId', { userId });
    return (await query.offset(FEW_KEYS).limit(1).getRawOne()) === undefined;
  }

  /**
   * Returns the id of the last key that the next query should search. Returns `null` if the next query should search
   * all remaining keys.
   * @param after the next query searches only keys with higher ids than this one.
   */
  private async lastIdOfStep(manager: EntityManager, after: string): Promise<string | null> {
    const query = keys(manager).select('apiKey.id', 'id').where('apiKey.id > :after', { after });
    const end = await query
      .orderBy('apiKey.id')
      .offset(ROWS_PER_QUERY - 1)
      .limit(1)
      .getRawOne<{ id: string }>();
    return end?.id ?? null;
  }
}
