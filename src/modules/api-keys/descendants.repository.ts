import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import type { Transaction } from '../../database/index.js';
import { ApiKeyEntity } from './api-key.entity.js';

/** How many makers one query asks for. */
const CHUNK = 500;

export type Descendant = Pick<ApiKeyEntity, 'id' | 'userId' | 'revokedAt' | 'expiresAt'>;

/** The only place that knows how it is stored which key made which. */
@Injectable()
export class DescendantsRepository {
  /**
   * The user's keys of all generations below these keys, whatever their state: one that has ended may have made
   * others that have not. In short queries, with turns for others between them.
   * @param from those that were found before may be among them, which spares asking generation by generation.
   */
  async below(manager: EntityManager, userId: string, from: readonly string[]): Promise<Descendant[]> {
    const found = new Map<string, Descendant>();
    const asked = new Set(from);
    for (let makers = [...asked]; makers.length > 0;) {
      const made = (await this.madeBy(manager, makers)).filter((key) => key.userId === userId);
      for (const key of made) found.set(key.id, key);
      // Each is asked for once, so that even a circle, which cannot be, would end.
      makers = [...new Set(made.map(({ id }) => id))].filter((id) => !asked.has(id));
      for (const id of makers) asked.add(id);
    }
    return [...found.values()];
  }

  /** Puts the maker of a key in its place, so that what the key made stays below the ones before it. */
  async handOn({ manager }: Transaction, key: ApiKeyEntity): Promise<void> {
    const maker = key.adoptedByKeyId ?? key.createdByKeyId;
    if (maker === null) return;
    for (const made of madeBy([key.id])) await keys(manager).update(made, { adoptedByKeyId: maker });
  }

  private async madeBy(manager: EntityManager, makers: readonly string[]): Promise<Descendant[]> {
    const found: Descendant[] = [];
    for (let start = 0; start < makers.length; start += CHUNK) {
      for (const where of madeBy(makers.slice(start, start + CHUNK))) {
        const select = { id: true, userId: true, revokedAt: true, expiresAt: true } as const;
        found.push(...(await keys(manager).find({ select, where })));
      }
      await nextTurn();
    }
    return found;
  }
}

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity);

/** Two conditions instead of one with OR, so that each has an index. */
const madeBy = (makers: readonly string[]): FindOptionsWhere<ApiKeyEntity>[] => [
  { createdByKeyId: In([...makers]), adoptedByKeyId: IsNull() },
  { adoptedByKeyId: In([...makers]) },
];
