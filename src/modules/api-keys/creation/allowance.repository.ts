// Trap: a user may have as many keys as the settings allow, and more of an older version, so nothing here may
// look at all of them in one query. Every query has an index and a bound.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { sameValue, type Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';

/** How many keys one query passes over. */
const STEP = 10_000;

/** Where a step ends. The time is as the driver gives it. */
interface Place {
  readonly createdAt: Date | string;
  readonly id: string;
}

const keysOf = (manager: EntityManager, userId: string) =>
  manager
    .getRepository(ApiKeyEntity)
    .createQueryBuilder('apiKey')
    .where(`(${sameValue(manager, 'apiKey.userId', ':userId')})`, { userId });

/** Oldest first. */
const inOrder = (query: SelectQueryBuilder<ApiKeyEntity>) =>
  query.orderBy({ 'apiKey.userId': 'ASC', 'apiKey.createdAt': 'ASC', 'apiKey.id': 'ASC' });

const after = (query: SelectQueryBuilder<ApiKeyEntity>, place: Place | null) => {
  const condition = 'apiKey.createdAt >= :createdAt AND (apiKey.createdAt > :createdAt OR apiKey.id > :id)';
  return place ? query.andWhere(condition, place) : query;
};

const until = (query: SelectQueryBuilder<ApiKeyEntity>, place: Place | null) => {
  const condition = 'apiKey.createdAt <= :last AND (apiKey.createdAt < :last OR apiKey.id <= :lastId)';
  return place ? query.andWhere(condition, { last: place.createdAt, lastId: place.id }) : query;
};

/** Finds out how many keys users have, as far as it matters for another one. */
@Injectable()
export class AllowanceRepository {
  /** Whether the user has so many keys, whatever their state. */
  async hasAtLeast(manager: EntityManager, userId: string, count: number): Promise<boolean> {
    let place: Place | null = null;
    for (let left = count; left > 0; left -= STEP) {
      place = await this.endOfStep(manager, userId, place, Math.min(left, STEP));
      if (!place) return false;
      await nextTurn();
    }
    return true;
  }

  /** The user's oldest key that was revoked by then, or had expired; `null` when there is none. */
  async findOldestEnded(manager: EntityManager, userId: string, by: Date): Promise<ApiKeyEntity | null> {
    const revoked = 'apiKey.revokedAt <= :by';
    const expired = 'apiKey.revokedAt IS NULL AND apiKey.expiresAt <= :by';
    if (!(await this.has(manager, userId, revoked, by)) && !(await this.has(manager, userId, expired, by)))
      return null;
    for (let start: Place | null = null; ; await nextTurn()) {
      const end: Place | null = await this.endOfStep(manager, userId, start, STEP);
      const query = after(keysOf(manager, userId), start).andWhere(`(${revoked} OR ${expired})`, { by });
      const found = await inOrder(until(query, end)).limit(1).getOne();
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

  /** The place of the last of so many keys, or `null` when there are fewer. Reads an index alone. */
  private async endOfStep(
    manager: EntityManager,
    userId: string,
    start: Place | null,
    length: number,
  ): Promise<Place | null> {
    const query = after(keysOf(manager, userId), start)
      .select('apiKey.id', 'id')
      .addSelect('apiKey.createdAt', 'createdAt');
    const found = await inOrder(query)
      .offset(length - 1)
      .limit(1)
      .getRawOne<Place>();
    return found ?? null;
  }
}
