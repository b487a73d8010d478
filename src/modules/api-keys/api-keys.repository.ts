import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { latestPlausibleTime } from '../../common/duration.js';
import type { ListPosition, Slice, SliceRequest } from '../../common/pagination/index.js';
import { foldCase } from '../../common/text/fold-case.js';
import { Database, dialectOf, updateRows, type Transaction } from '../../database/index.js';
import { OWNED_BY_USER, STATUS_CONDITIONS, type ApiKeyFilter } from './listing/api-key-conditions.js';
import { displayPrefixOf } from './api-key.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyFinder } from './listing/api-key-finder.js';

export type { ApiKeyFilter };

/** A key to store. The repository adds the search columns. */
export type NewApiKeyRow = Omit<ApiKeyEntity, 'nameFolded' | 'prefixFolded'>;

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity);

export interface LastUse {
  readonly apiKeyId: string;
  readonly at: Date;
  /** The IP address of the client that used the key. */
  readonly from: string;
}

/** Stores API keys. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  findById(id: string): Promise<ApiKeyEntity | null> {
    return this.database.read((manager) => keys(manager).findOneBy({ id }));
  }

  async findByIds(ids: readonly string[]): Promise<ApiKeyEntity[]> {
    if (ids.length === 0) return [];
    return this.database.read((manager) => keys(manager).findBy({ id: In([...ids]) }));
  }

  /**
   * Finds the bcrypt hash of a key. This is plain SQL, because it runs for every guessed key and a query builder would
   * be ten times slower.
   */
  async findHash(id: string): Promise<string | null> {
    const [found] = await this.database.read((manager) =>
      manager.query<{ hash: string }[]>('SELECT hash FROM api_keys WHERE id = ?', [id]),
    );
    return found?.hash ?? null;
  }

  findOwned(userId: string, id: string): Promise<ApiKeyEntity | null> {
    return this.database.read((manager) => keys(manager).findOneBy({ id, userId }));
  }

  /** Lists the keys of one user or of all users, newest first. */
  list(filter: ApiKeyFilter, { limit, after }: SliceRequest, now: Date): Promise<Slice<ApiKeyEntity>> {
    return this.database.read(async (manager) => {
      const found = await new ApiKeyFinder(manager, after, now).find(filter, limit + 1);
      return loadSlice(manager, found, limit);
    });
  }

  /** Counts a user's active keys. Stops counting at `limit`. */
  async countActive(
    manager: EntityManager,
    userId: string,
    now: Date,
    limit = Number.MAX_SAFE_INTEGER,
  ): Promise<number> {
    let count = 0;
    for (const range of STATUS_CONDITIONS.active) {
      const query = keys(manager).createQueryBuilder('apiKey').select('apiKey.id', 'id');
      query
        .where(OWNED_BY_USER, { userId })
        .andWhere(range, { now })
        .limit(limit - count);
      const [sql, parameters] = query.getQueryAndParameters();
      const [row] = await manager.query<{ count: number | string }[]>(
        `SELECT COUNT(*) AS count FROM (${sql}) AS counted`,
        parameters,
      );
      count += Number(row!.count);
      if (count >= limit) break;
    }
    return count;
  }

  /** Finds a key and locks it until the transaction ends. */
  lock({ manager }: Transaction, id: string): Promise<ApiKeyEntity | null> {
    const query = keys(manager).createQueryBuilder('apiKey').where('apiKey.id = :id', { id });
    return dialectOf(manager).forUpdate(query).getOne();
  }

  async insert({ manager }: Transaction, key: NewApiKeyRow): Promise<void> {
    const row = { ...key, nameFolded: foldCase(key.name), prefixFolded: foldCase(displayPrefixOf(key)) };
    // The database generates no values for this table, so there is no need to read the row back.
    await keys(manager).createQueryBuilder().insert().values(row).updateEntity(false).execute();
  }

  /** @returns false if the user has no key with this id. */
  async update(
    { manager }: Transaction,
    userId: string,
    id: string,
    changes: { readonly name?: string; readonly description?: string | null },
  ): Promise<boolean> {
    const { name } = changes;
    const folded = name === undefined ? {} : { nameFolded: foldCase(name) };
    const { affected } = await keys(manager).update({ id, userId }, { ...changes, ...folded });
    return affected === 1;
  }

  /**
   * Records when keys were last used. A later time in the database is kept, unless it is implausibly far in the
   * future.
   */
  async recordUses({ manager }: Transaction, uses: readonly LastUse[], now: Date): Promise<void> {
    const time = (at: Date): unknown => {
      const column = keys(manager).metadata.findColumnWithPropertyName('lastUsedAt')!;
      return manager.connection.driver.preparePersistentValue(at, column) as unknown;
    };
    const rows = uses.map(({ apiKeyId, at, from }) => [apiKeyId, time(at), from]);
    await updateRows(manager, 'api_keys', LAST_USE, rows, time(latestPlausibleTime(now)));
  }
}

const LAST_USE = {
  names: ['id', 'used_at', 'used_from'],
  set: 'last_used_at = input.used_at, last_used_from = input.used_from',
  where: 'last_used_at IS NULL OR last_used_at < input.used_at OR last_used_at > ?',
};

/**
 * Loads the keys at these positions, at most `limit`. If there are more positions, the slice has a next page. A key is
 * left out if it was removed after its position was found.
 */
export async function loadSlice(
  manager: EntityManager,
  positions: readonly ListPosition[],
  limit: number,
): Promise<Slice<ApiKeyEntity>> {
  const ids = positions.slice(0, limit).map(({ id }) => id);
  const entities = ids.length > 0 ? await keys(manager).findBy({ id: In(ids) }) : [];
  const byId = new Map(entities.map((entity) => [entity.id, entity] as const));
  return {
    items: ids.flatMap((id) => byId.get(id) ?? []),
    next: positions.length > limit ? positions[limit - 1]! : null,
  };
}
