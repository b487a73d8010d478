// Caution: a user can have a very large number of keys, so no query here may read all of them. Every query uses an index
// and reads a limited number of entries.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { ListPosition } from '../../../common/pagination/index.js';
import { dialectOf, toDate, type Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';

/** The maximum number of index entries that a query reads. */
const ENTRIES_PER_QUERY = 10_000;

const keysOf = (manager: EntityManager, userId: string) =>
  manager
    .getRepository(ApiKeyEntity)
    .createQueryBuilder('apiKey')
    .where(`(${dialectOf(manager).isEqual('apiKey.userId', ':userId')})`, { userId });

const oldestFirst = (query: SelectQueryBuilder<ApiKeyEntity>) =>
  query.orderBy({ 'apiKey.userId': 'ASC', 'apiKey.createdAt': 'ASC', 'apiKey.id': 'ASC' });

const after = (query: SelectQueryBuilder<ApiKeyEntity>, position: ListPosition | null) => {
  const condition = 'apiKey.createdAt >= :createdAt AND (apiKey.createdAt > :createdAt OR apiKey.id > :id)';
  return position ? query.andWhere(condition, position) : query;
};

const until = (query: SelectQueryBuilder<ApiKeyEntity>, position: ListPosition | null) => {
  const condition = 'apiKey.createdAt <= :last AND (apiKey.createdAt < :last OR apiKey.id <= :lastId)';
  return position ? query.andWhere(condition, { last: position.createdAt, lastId: position.id }) : query;
};

/** Checks whether a user has too many keys, and finds the key that a new key can replace. */
@Injectable()
export class AllowanceRepository {
  /** Whether the user has at least `count` keys, whatever their status. */
  async hasAtLeast(manager: EntityManager, userId: string, count: number): Promise<boolean> {
    let end: ListPosition | null = null;
    for (let remaining = count; remaining > 0; remaining -= ENTRIES_PER_QUERY) {
      end = await this.positionAfter(manager, userId, end, Math.min(remaining, ENTRIES_PER_QUERY));
      if (!end) return false;
      await nextTurn();
    }
    return true;
  }

  /**
   * Finds the user's oldest key that was already revoked or expired at the time `by`. Returns `null` if there is none.
   */
  async findOldestInactive(manager: EntityManager, userId: string, by: Date): Promise<ApiKeyEntity | null> {
    const revoked = 'apiKey.revokedAt <= :by';
    const expired = 'apiKey.revokedAt IS NULL AND apiKey.expiresAt <= :by';
    if (!(await this.has(manager, userId, revoked, by)) && !(await this.has(manager, userId, expired, by)))
      return null;
    for (let start: ListPosition | null = null; ; await nextTurn()) {
      const end: ListPosition | null = await this.positionAfter(manager, userId, start, ENTRIES_PER_QUERY);
      const query = after(keysOf(manager, userId), start).andWhere(`(${revoked} OR ${expired})`, { by });
      const found = await oldestFirst(until(query, end)).limit(1).getOne();
      if (found || !end) return found;
      start = end;
    }
  }

  async delete({ manager }: Transaction, id: string): Promise<void> {
    await manager.getRepository(ApiKeyEntity).delete({ id });
  }

  private async has(manager: EntityManager, userId: string, condition: string, by: Date): Promise<boolean> {
    const query = manager.getRepository(ApiKeyEntity).createQueryBuilder('apiKey').select('apiKey.id', 'id');
    const found = await query
      .where(`apiKey.userId = :userId AND ${condition}`, { userId, by })
      .limit(1)
      .getRawOne<{ id: string }>();
    return found !== undefined;
  }

  /**
   * Returns the position of the key that comes `length` keys after `start` when the user's keys are sorted oldest
   * first. If `start` is `null`, returns the position of the `length`-th key. Returns `null` if the user doesn't have
   * enough keys. The query reads only an index.
   */
  private async positionAfter(
    manager: EntityManager,
    userId: string,
    start: ListPosition | null,
    length: number,
  ): Promise<ListPosition | null> {
    const query = after(keysOf(manager, userId), start)
      .select('apiKey.id', 'id')
      .addSelect('apiKey.createdAt', 'createdAt');
    const found = await oldestFirst(query)
      .offset(length - 1)
      .limit(1)
      .getRawOne<{ id: string; createdAt: Date | string }>();
    return found ? { id: found.id, createdAt: toDate(found.createdAt) } : null;
  }
}
