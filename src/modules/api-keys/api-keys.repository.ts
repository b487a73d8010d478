import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/index.js';
import { Database, forUpdate, onlyWhere, startsWith, type Transaction } from '../../database/index.js';
import { UserEntity } from '../users/index.js';
import { ApiKeyEntity } from './api-key.entity.js';
import type { ApiKeyFigures, ApiKeyStatus } from './api-key.js';

export interface ApiKeyFilter {
  readonly userId: string | null;
  readonly status: ApiKeyStatus | null;
  /** The start of a name or key prefix, without case. */
  readonly search: string | null;
  /** Neither used nor created since then. */
  readonly unusedSince: Date | null;
}

/** One that calls the keys `apiKey`. */
type Query = SelectQueryBuilder<ApiKeyEntity>;

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity);

const STATUS_CONDITIONS: Record<ApiKeyStatus, string> = {
  active: 'apiKey.revokedAt IS NULL AND (apiKey.expiresAt IS NULL OR apiKey.expiresAt > :now)',
  expired: 'apiKey.revokedAt IS NULL AND apiKey.expiresAt <= :now',
  revoked: 'apiKey.revokedAt IS NOT NULL',
};

/** Neither used nor created since then. That it was created before lets an index skip all newer ones. */
const UNUSED =
  'apiKey.createdAt < :unusedSince AND (apiKey.lastUsedAt IS NULL OR apiKey.lastUsedAt < :unusedSince)';

/** Keeps a query to the keys that match; whose they are is left to the caller, as it decides which index serves. */
export function narrow(query: Query, filter: ApiKeyFilter, now: Date): void {
  if (filter.status) query.andWhere(`(${STATUS_CONDITIONS[filter.status]})`, { now });
  if (filter.search) searchFor(query, filter.search, filter.userId === null);
  if (filter.unusedSince) query.andWhere(`(${UNUSED})`, { unusedSince: filter.unusedSince });
}

function searchFor(query: Query, search: string, amongOwners: boolean): void {
  const starts = (column: string) => `(${column} >= :from AND ${column} < :to)`;
  const owners = query
    .subQuery()
    .select('owner.id')
    .from(UserEntity, 'owner')
    .where(starts('owner.email'))
    .getQuery();
  const conditions = [starts('apiKey.nameFolded'), starts('apiKey.prefixFolded')];
  if (amongOwners) conditions.push(`apiKey.userId IN ${owners}`);
  query.andWhere(`(${conditions.join(' OR ')})`, startsWith(search));
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
  list(filter: ApiKeyFilter, { limit, after }: PageRequest, now: Date): Promise<Page<ApiKeyEntity>> {
    return this.database.read(async (manager) => {
      const query = keys(manager).createQueryBuilder('apiKey');
      if (filter.userId !== null) {
        onlyWhere(query, 'apiKey.userId', filter.userId).orderBy('apiKey.userId', 'DESC');
      }
      query.addOrderBy('apiKey.createdAt', 'DESC').addOrderBy('apiKey.id', 'DESC');
      narrow(query, filter, now);
      if (after) {
        query.andWhere(
          'apiKey.createdAt <= :createdAt AND (apiKey.createdAt < :createdAt OR apiKey.id < :id)',
          after,
        );
      }
      const found = await query.take(limit + 1).getMany();
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1) ?? null) : null };
    });
  }

  countActive(manager: EntityManager, userId: string, now: Date): Promise<number> {
    return keys(manager)
      .createQueryBuilder('apiKey')
      .where('apiKey.userId = :userId', { userId })
      .andWhere(`(${STATUS_CONDITIONS.active})`, { now })
      .getCount();
  }

  /** How many active keys each of these users has; users without one are left out. */
  async countActiveByUser(userIds: readonly string[], now: Date): Promise<Map<string, number>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.read((manager) =>
      keys(manager)
        .createQueryBuilder('apiKey')
        .select('apiKey.userId', 'userId')
        .addSelect('COUNT(*)', 'count')
        .where('apiKey.userId IN (:...userIds)', { userIds })
        .andWhere(`(${STATUS_CONDITIONS.active})`, { now })
        .groupBy('apiKey.userId')
        .getRawMany<{ userId: string; count: number | string }>(),
    );
    return new Map(rows.map(({ userId, count }) => [userId, Number(count)]));
  }

  /** Counts all keys at once, from an index alone. */
  async figures(now: Date, unusedSince: Date): Promise<ApiKeyFigures> {
    const { active } = STATUS_CONDITIONS;
    const counted = {
      ...STATUS_CONDITIONS,
      neverUsed: `${active} AND apiKey.lastUsedAt IS NULL`,
      unused: `${active} AND ${UNUSED}`,
    };
    const row = await this.database.read((manager) => {
      const query = keys(manager).createQueryBuilder('apiKey').select([]);
      for (const [name, condition] of Object.entries(counted))
        query.addSelect(`COUNT(CASE WHEN ${condition} THEN 1 END)`, name);
      return query
        .setParameters({ now, unusedSince })
        .getRawOne<Record<keyof typeof counted, number | string>>();
    });
    const count = (name: keyof typeof counted) => Number(row![name]);
    const byStatus = { active: count('active'), expired: count('expired'), revoked: count('revoked') };
    return {
      total: byStatus.active + byStatus.expired + byStatus.revoked,
      byStatus,
      neverUsed: count('neverUsed'),
      unusedFor90Days: count('unused'),
    };
  }

  /** The key, kept from changing until the transaction ends. */
  lock({ manager }: Transaction, id: string): Promise<ApiKeyEntity | null> {
    return forUpdate(keys(manager).createQueryBuilder('apiKey').where('apiKey.id = :id', { id })).getOne();
  }

  async insert({ manager }: Transaction, key: ApiKeyEntity): Promise<void> {
    await keys(manager).insert(key);
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

  async recordUse({ manager }: Transaction, id: string, at: Date, from: string): Promise<void> {
    await keys(manager)
      .createQueryBuilder()
      .update()
      .set({ lastUsedAt: at, lastUsedFrom: from })
      .where({ id })
      .andWhere('(last_used_at IS NULL OR last_used_at < :at)', { at })
      .execute();
  }
}
