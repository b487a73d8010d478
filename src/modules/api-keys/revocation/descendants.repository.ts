import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';

/** The maximum number of parents per query. */
const CHUNK = 500;
/** The maximum number of keys that a query returns. */
const BATCH = 2_000;

/** A key that was created with another key. */
export interface Descendant {
  readonly id: string;
  readonly userId: string;
  /**
   * The id of the key that created this key. If that key was removed, the id of its closest ancestor that still exists.
   */
  readonly parent: string;
  readonly isActive: boolean;
}

type Row = Omit<Descendant, 'isActive'> & { readonly isActive: number | string };

/** Finds the keys that were created with other keys, and changes their parents. */
@Injectable()
export class DescendantsRepository {
  /**
   * Finds the user's keys that were created with the given keys, directly or through other keys. The result includes
   * inactive keys, because a revoked key may have created keys that still work. The queries are short, so that the
   * process can do other work between them.
   * @param from the ids of the keys to start with. The search needs at least one query for each generation, so it is
   * faster if this list already contains known descendants.
   */
  async findDescendants(
    manager: EntityManager,
    userId: string,
    from: readonly string[],
    now: Date,
  ): Promise<Descendant[]> {
    const found = new Map<string, Descendant>();
    const queried = new Set(from);
    for (let parents = [...queried]; parents.length > 0;) {
      const next: string[] = [];
      for await (const key of this.childrenOf(manager, parents, now)) {
        if (key.userId !== userId) continue;
        found.set(key.id, key);
        // The children of each key are queried only once. A cycle of keys should not exist, but it must not cause an
        // endless loop.
        if (!queried.has(key.id)) next.push(key.id);
        queried.add(key.id);
      }
      parents = next;
    }
    return [...found.values()];
  }

  /**
   * Makes the parent of a key the parent of the key's children. So the children keep all their other ancestors after
   * the key is removed.
   */
  async reassignChildren({ manager }: Transaction, key: ApiKeyEntity, now: Date): Promise<void> {
    const parent = key.adoptedByKeyId ?? key.createdByKeyId;
    if (parent === null) return;
    const children: string[] = [];
    for await (const { id } of this.childrenOf(manager, [key.id], now)) children.push(id);
    for (const chunk of chunksOf(children))
      await manager.getRepository(ApiKeyEntity).update({ id: In(chunk) }, { adoptedByKeyId: parent });
  }

  /**
   * Finds the keys that have one of the given parents.
   * Caution: with the condition `adoptedByKeyId IS NULL`, SQLite reads nearly all keys, because it expects that this
   * condition matches only a few. So the queries have conditions only on the parents, and the code drops the keys that
   * have a different parent now.
   */
  private async *childrenOf(
    manager: EntityManager,
    parents: readonly string[],
    now: Date,
  ): AsyncGenerator<Descendant> {
    for (const chunk of chunksOf(parents)) {
      const parentIds = new Set(chunk);
      for (const column of ['createdByKeyId', 'adoptedByKeyId'] as const) {
        for await (const { isActive, ...row } of this.batches(manager, column, chunk, now))
          if (parentIds.has(row.parent)) yield { ...row, isActive: Number(isActive) === 1 };
      }
    }
  }

  private async *batches(
    manager: EntityManager,
    column: 'createdByKeyId' | 'adoptedByKeyId',
    parents: readonly string[],
    now: Date,
  ): AsyncGenerator<Row> {
    const isActive = 'apiKey.revokedAt IS NULL AND (apiKey.expiresAt IS NULL OR apiKey.expiresAt > :now)';
    for (let offset = 0; ; offset += BATCH) {
      const rows = await manager
        .getRepository(ApiKeyEntity)
        .createQueryBuilder('apiKey')
        .select('apiKey.id', 'id')
        .addSelect('apiKey.userId', 'userId')
        .addSelect('COALESCE(apiKey.adoptedByKeyId, apiKey.createdByKeyId)', 'parent')
        .addSelect(`CASE WHEN ${isActive} THEN 1 ELSE 0 END`, 'isActive')
        .where(`apiKey.${column} IN (:...parents)`, { parents, now })
        .orderBy('apiKey.id')
        .offset(offset)
        .limit(BATCH)
        .getRawMany<Row>();
      yield* rows;
      await nextTurn();
      if (rows.length < BATCH) return;
    }
  }
}

function chunksOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / CHUNK);
  return Array.from({ length: count }, (_, index) => ids.slice(index * CHUNK, (index + 1) * CHUNK));
}
