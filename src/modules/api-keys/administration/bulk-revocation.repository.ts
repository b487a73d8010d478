// Trap: a search that matches few of a million keys has to look at all of them. No single query can do that within
// the query timeout, and on SQLite one long query would stop the process. So keys are searched in steps.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Position } from '../../../common/pagination/index.js';
import { toDate } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import { filterCondition, type ApiKeyFilter } from '../listing/api-key-conditions.js';
import { inChunks } from '../revocation/revocation.repository.js';

/** How many rows one query looks at. */
const STEP = 10_000;

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity).createQueryBuilder('apiKey');

const unrevoked = (manager: EntityManager) =>
  keys(manager)
    .select('apiKey.id', 'id')
    .addSelect('apiKey.createdAt', 'createdAt')
    .where('apiKey.revokedAt IS NULL');

async function positionsOf(query: ReturnType<typeof unrevoked>): Promise<Position[]> {
  const rows = await query.getRawMany<{ id: string; createdAt: Date | string }>();
  return rows.map(({ id, createdAt }) => ({ id, createdAt: toDate(createdAt) }));
}

/** Finds keys to revoke, by the thousand. All methods leave out keys that are already revoked. */
@Injectable()
export class BulkRevocationRepository {
  /** Yields those of these keys that exist, in batches. */
  async *findUnrevoked(manager: EntityManager, ids: readonly string[]): AsyncGenerator<Position[]> {
    for await (const chunk of inChunks(ids)) {
      yield await positionsOf(unrevoked(manager).andWhere('apiKey.id IN (:...chunk)', { chunk }));
    }
  }

  /** Yields the keys that match the filter, in batches. */
  async *searchUnrevoked(
    manager: EntityManager,
    filter: ApiKeyFilter,
    now: Date,
  ): AsyncGenerator<Position[]> {
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
      const last: string | null = await this.endOfStep(manager, after);
      const query = matching().andWhere('apiKey.id > :after', { after });
      if (last !== null) query.andWhere('apiKey.id <= :last', { last });
      // COALESCE keeps the database from using the owner index, which would read all keys of the owner in each step.
      if (userId !== null) query.andWhere("COALESCE(apiKey.userId, '') = :userId", { userId });
      yield await positionsOf(query);
      after = last;
    }
  }

  /** Newest first. */
  findByIds(manager: EntityManager, ids: readonly string[]): Promise<ApiKeyEntity[]> {
    return manager
      .getRepository(ApiKeyEntity)
      .find({ where: { id: In([...ids]) }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** Whether one query can look at all keys of the user. */
  private async hasFewKeys(manager: EntityManager, userId: string): Promise<boolean> {
    const query = keys(manager).select('apiKey.id', 'id').where('apiKey.userId = :userId', { userId });
    return (await query.offset(STEP).limit(1).getRawOne()) === undefined;
  }

  /** The last id of the step that begins after this id; `null` for the last step. */
  private async endOfStep(manager: EntityManager, after: string): Promise<string | null> {
    const query = keys(manager).select('apiKey.id', 'id').where('apiKey.id > :after', { after });
    const end = await query
      .orderBy('apiKey.id')
      .offset(STEP - 1)
      .limit(1)
      .getRawOne<{ id: string }>();
    return end?.id ?? null;
  }
}
