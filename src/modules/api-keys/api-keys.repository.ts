import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Slice, SliceRequest } from '../../common/pagination/index.js';
import { Database, forUpdate, updateRows, type Transaction } from '../../database/index.js';
import { aheadOf, IS_OWN, STATUS, type ApiKeyFilter } from './listing/api-key-conditions.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyList } from './listing/api-key-list.js';

export type { ApiKeyFilter };

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity);

export interface LastUse {
  readonly apiKeyId: string;
  readonly at: Date;
  /** An address. */
  readonly from: string;
}

/** The only place that knows how keys are stored. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  findById(id: string): Promise<ApiKeyEntity | null> {
    return this.database.read((manager) => keys(manager).findOneBy({ id }));
  }

  /** The bcrypt hash of the key with this id. In plain SQL, as whoever guesses makes it run: a query builder costs ten times as much. */
  async findHash(id: string): Promise<string | null> {
    const [found] = await this.database.read((manager) =>
      manager.query<{ hash: string }[]>('SELECT hash FROM api_keys WHERE id = ?', [id]),
    );
    return found?.hash ?? null;
  }

  findOwned(userId: string, id: string): Promise<ApiKeyEntity | null> {
    return this.database.read((manager) => keys(manager).findOneBy({ id, userId }));
  }

  /** A page of one user's keys, or of everybody's; the search then also finds owners' addresses. */
  list(filter: ApiKeyFilter, { limit, after }: SliceRequest, now: Date): Promise<Slice<ApiKeyEntity>> {
    return this.database.read(async (manager) => {
      const found = await new ApiKeyList(manager, after, now).find(filter, limit + 1);
      const ids = found.slice(0, limit).map(({ id }) => id);
      const byId = new Map(
        (await keys(manager).findBy({ id: In(ids) })).map((entity) => [entity.id, entity] as const),
      );
      // One that was removed in between is left out.
      const items = ids.flatMap((id) => byId.get(id) ?? []);
      return { items, next: found.length > limit ? found[limit - 1]! : null };
    });
  }

  /** How many active keys a user has, counting at most so many. */
  async countActive(
    manager: EntityManager,
    userId: string,
    now: Date,
    atMost = Number.MAX_SAFE_INTEGER,
  ): Promise<number> {
    let count = 0;
    for (const range of STATUS.active) {
      const query = keys(manager).createQueryBuilder('apiKey').select('apiKey.id', 'id');
      query
        .where(IS_OWN, { userId })
        .andWhere(range, { now })
        .limit(atMost - count);
      const [sql, parameters] = query.getQueryAndParameters();
      const [row] = await manager.query<{ count: number | string }[]>(
        `SELECT COUNT(*) AS count FROM (${sql}) AS counted`,
        parameters,
      );
      count += Number(row!.count);
      if (count >= atMost) break;
    }
    return count;
  }

  /** How many active keys each of these users has; users without one are left out. */
  async countActiveByUser(userIds: readonly string[], now: Date): Promise<Map<string, number>> {
    if (userIds.length === 0) return new Map();
    return this.database.read((manager) => countActive(manager, userIds, now));
  }

  /** The key, kept from changing until the transaction ends. */
  lock({ manager }: Transaction, id: string): Promise<ApiKeyEntity | null> {
    return forUpdate(keys(manager).createQueryBuilder('apiKey').where('apiKey.id = :id', { id })).getOne();
  }

  async insert({ manager }: Transaction, key: ApiKeyEntity): Promise<void> {
    // The database makes up no column that the caller would wait to learn of.
    await keys(manager).createQueryBuilder().insert().values(key).updateEntity(false).execute();
  }

  /** False when the user has no such key. */
  async rename(
    { manager }: Transaction,
    userId: string,
    id: string,
    name: string,
    nameFolded: string,
  ): Promise<boolean> {
    const { affected } = await keys(manager).update({ id, userId }, { name, nameFolded });
    return affected === 1;
  }

  /**
   * Marks the key as revoked unless it is already, and says whether it did; what was recorded first stays.
   * @param userId whose key it must be; `null` for anybody's.
   */
  async revoke(
    { manager }: Transaction,
    userId: string | null,
    id: string,
    at: Date,
    reason: string | null,
  ): Promise<boolean> {
    const { affected } = await keys(manager)
      .createQueryBuilder()
      .update()
      .set({ revokedAt: at, revokedReason: reason })
      .where({ id, ...(userId !== null && { userId }) })
      .andWhere('revoked_at IS NULL')
      .execute();
    return affected === 1;
  }

  /** Notes last uses. A later one stays, unless a clock that was wrong wrote it. */
  async recordUses({ manager }: Transaction, uses: readonly LastUse[], now: Date): Promise<void> {
    const time = (at: Date): unknown => {
      const column = keys(manager).metadata.findColumnWithPropertyName('lastUsedAt')!;
      return manager.connection.driver.preparePersistentValue(at, column) as unknown;
    };
    const rows = uses.map(({ apiKeyId, at, from }) => [apiKeyId, time(at), from]);
    await updateRows(manager, 'api_keys', LAST_USE, rows, time(aheadOf(now)));
  }
}

const LAST_USE = {
  names: ['id', 'used_at', 'used_from'],
  set: 'last_used_at = given.used_at, last_used_from = given.used_from',
  where: 'last_used_at IS NULL OR last_used_at < given.used_at OR last_used_at > ?',
};

/** Adds up the two ranges of an index in which a user's active keys are; one query for both would read all keys. */
async function countActive(
  manager: EntityManager,
  userIds: readonly string[],
  now: Date,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const range of STATUS.active) {
    const rows = await keys(manager)
      .createQueryBuilder('apiKey')
      .select('apiKey.userId', 'userId')
      .addSelect('COUNT(*)', 'count')
      .where('apiKey.userId IN (:...userIds)', { userIds })
      .andWhere(range, { now })
      .groupBy('apiKey.userId')
      .getRawMany<{ userId: string; count: number | string }>();
    for (const { userId, count } of rows) counts.set(userId, (counts.get(userId) ?? 0) + Number(count));
  }
  return counts;
}
