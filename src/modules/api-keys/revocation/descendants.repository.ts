import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';

/** How many creators one query names. */
const CHUNK = 500;
/** How many keys one query returns. */
const BATCH = 2_000;

/** A key that was created with another key. */
export interface Descendant {
  readonly id: string;
  readonly userId: string;
  /** The key that created it. If that was removed: the closest key above it that was not. */
  readonly parent: string;
  readonly isActive: boolean;
}

type Row = Omit<Descendant, 'isActive'> & { readonly isActive: number | string };

/** The only place that knows how the database stores which key created which. */
@Injectable()
export class DescendantsRepository {
  /**
   * Finds the user's keys that were created with these keys, directly or through other keys, whatever their status:
   * a revoked key may have created keys that still work. Short queries leave time for other work between them.
   * @param from may include descendants that were found before, which saves one query per generation.
   */
  async below(
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
        // Each key is queried once, so even a circle, which should not exist, would end.
        if (!queried.has(key.id)) next.push(key.id);
        queried.add(key.id);
      }
      parents = next;
    }
    return [...found.values()];
  }

  /** Gives the children of a key to its parent, so that they stay descendants of the keys above when it is removed. */
  async handOn({ manager }: Transaction, key: ApiKeyEntity, now: Date): Promise<void> {
    const parent = key.adoptedByKeyId ?? key.createdByKeyId;
    if (parent === null) return;
    const children: string[] = [];
    for await (const { id } of this.childrenOf(manager, [key.id], now)) children.push(id);
    for (const chunk of chunksOf(children))
      await manager.getRepository(ApiKeyEntity).update({ id: In(chunk) }, { adoptedByKeyId: parent });
  }

  /**
   * Trap: with the condition "was not adopted", SQLite reads nearly all keys, because it expects few of them to match.
   * So the query names only the parents, and adopted keys are left out afterwards.
   */
  private async *childrenOf(
    manager: EntityManager,
    parents: readonly string[],
    now: Date,
  ): AsyncGenerator<Descendant> {
    for (const chunk of chunksOf(parents)) {
      const named = new Set(chunk);
      for (const column of ['createdByKeyId', 'adoptedByKeyId'] as const) {
        for await (const { isActive, ...row } of this.batches(manager, column, chunk, now))
          if (named.has(row.parent)) yield { ...row, isActive: Number(isActive) === 1 };
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
