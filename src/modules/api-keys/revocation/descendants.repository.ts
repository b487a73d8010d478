import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';

/** How many makers one query asks for. */
const CHUNK = 500;
/** How many keys one query gives. */
const PAGE = 2_000;

/** A key that was made with another one. */
export interface Descendant {
  readonly id: string;
  readonly userId: string;
  /** The key that made it, or the next one up that was not removed. */
  readonly maker: string;
  readonly isActive: boolean;
}

type Row = Omit<Descendant, 'isActive'> & { readonly isActive: number | string };

/** The only place that knows how it is stored which key made which. */
@Injectable()
export class DescendantsRepository {
  /**
   * The user's keys of all generations below these keys, whatever their state: one that has ended may have made
   * others that have not. In short queries, with turns for others between them.
   * @param from those that were found before may be among them, which spares asking generation by generation.
   */
  async below(
    manager: EntityManager,
    userId: string,
    from: readonly string[],
    now: Date,
  ): Promise<Descendant[]> {
    const found = new Map<string, Descendant>();
    const asked = new Set(from);
    for (let makers = [...asked]; makers.length > 0;) {
      const next: string[] = [];
      for await (const key of this.madeBy(manager, makers, now)) {
        if (key.userId !== userId) continue;
        found.set(key.id, key);
        // Each is asked for once, so that even a circle, which cannot be, would end.
        if (!asked.has(key.id)) next.push(key.id);
        asked.add(key.id);
      }
      makers = next;
    }
    return [...found.values()];
  }

  /** Puts the maker of a key in its place, so that what the key made stays below the ones before it. */
  async handOn({ manager }: Transaction, key: ApiKeyEntity, now: Date): Promise<void> {
    const maker = key.adoptedByKeyId ?? key.createdByKeyId;
    if (maker === null) return;
    const made: string[] = [];
    for await (const { id } of this.madeBy(manager, [key.id], now)) made.push(id);
    for (const chunk of chunksOf(made))
      await manager.getRepository(ApiKeyEntity).update({ id: In(chunk) }, { adoptedByKeyId: maker });
  }

  /**
   * Trap: SQLite takes "was not adopted" for the narrower condition, although it is true of nearly every key, and
   * looks at all of them. So only the makers are asked for, and who was adopted since is left out afterwards.
   */
  private async *madeBy(
    manager: EntityManager,
    makers: readonly string[],
    now: Date,
  ): AsyncGenerator<Descendant> {
    for (const chunk of chunksOf(makers)) {
      const asked = new Set(chunk);
      for (const column of ['createdByKeyId', 'adoptedByKeyId'] as const) {
        for await (const { isActive, ...row } of this.pages(manager, column, chunk, now))
          if (asked.has(row.maker)) yield { ...row, isActive: Number(isActive) === 1 };
      }
    }
  }

  private async *pages(
    manager: EntityManager,
    column: 'createdByKeyId' | 'adoptedByKeyId',
    makers: readonly string[],
    now: Date,
  ): AsyncGenerator<Row> {
    const isActive = 'apiKey.revokedAt IS NULL AND (apiKey.expiresAt IS NULL OR apiKey.expiresAt > :now)';
    for (let offset = 0; ; offset += PAGE) {
      const rows = await manager
        .getRepository(ApiKeyEntity)
        .createQueryBuilder('apiKey')
        .select('apiKey.id', 'id')
        .addSelect('apiKey.userId', 'userId')
        .addSelect('COALESCE(apiKey.adoptedByKeyId, apiKey.createdByKeyId)', 'maker')
        .addSelect(`CASE WHEN ${isActive} THEN 1 ELSE 0 END`, 'isActive')
        .where(`apiKey.${column} IN (:...makers)`, { makers, now })
        .orderBy('apiKey.id')
        .offset(offset)
        .limit(PAGE)
        .getRawMany<Row>();
      yield* rows;
      await nextTurn();
      if (rows.length < PAGE) return;
    }
  }
}

function chunksOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / CHUNK);
  return Array.from({ length: count }, (_, index) => ids.slice(index * CHUNK, (index + 1) * CHUNK));
}
