// Trap: a search that few of a million keys match looks at all of them, which no single query does within the
// query timeout, and on SQLite none should, as nothing else runs meanwhile. So keys are looked through in steps.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager } from 'typeorm';
import { forUpdate, type Transaction } from '../../../database/index.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import { narrowing, type ApiKeyFilter } from '../listing/api-key-conditions.js';

/** How many rows one query looks at. */
const STEP = 10_000;
/** How many keys one statement names. */
const CHUNK = 500;

/** A key that matches and is not revoked. Times are as the driver gives them: later ones are greater. */
export interface Match {
  readonly id: string;
  readonly createdAt: Date | string;
}

const keys = (manager: EntityManager) => manager.getRepository(ApiKeyEntity).createQueryBuilder('apiKey');

const matches = (manager: EntityManager) =>
  keys(manager)
    .select('apiKey.id', 'id')
    .addSelect('apiKey.createdAt', 'createdAt')
    .where('apiKey.revokedAt IS NULL');

/** Parts of a list that are short enough for a statement each; others get their turn between them. */
async function* inChunks(ids: readonly string[]): AsyncGenerator<readonly string[]> {
  for (let start = 0; start < ids.length; start += CHUNK) {
    yield ids.slice(start, start + CHUNK);
    await nextTurn();
  }
}

/** Finds and revokes keys by the thousand. */
@Injectable()
export class BulkRevocationRepository {
  /** Those of these keys that are not revoked yet, some at a time. */
  async *pick(manager: EntityManager, ids: readonly string[]): AsyncGenerator<Match[]> {
    for await (const chunk of inChunks(ids)) {
      yield await matches(manager).andWhere('apiKey.id IN (:...chunk)', { chunk }).getRawMany<Match>();
    }
  }

  /** The keys that match the filter and are not revoked yet, some at a time. */
  async *search(manager: EntityManager, filter: ApiKeyFilter, now: Date): AsyncGenerator<Match[]> {
    const { userId } = filter;
    const open = () => {
      const { where, parameters } = narrowing(filter, now);
      return matches(manager).andWhere(where, parameters);
    };
    if (userId !== null && (await this.hasFewKeys(manager, userId))) {
      yield await open().andWhere('apiKey.userId = :userId', { userId }).getRawMany<Match>();
      return;
    }
    for (let after: string | null = ''; after !== null; await nextTurn()) {
      const last: string | null = await this.endOfStep(manager, after);
      const query = open().andWhere('apiKey.id > :after', { after });
      if (last !== null) query.andWhere('apiKey.id <= :last', { last });
      // Written so that no step takes the index of owners, which would lead it through all keys of this one.
      if (userId !== null) query.andWhere("COALESCE(apiKey.userId, '') = :userId", { userId });
      yield await query.getRawMany<Match>();
      after = last;
    }
  }

  /**
   * Those of the keys that still match, kept from changing until the transaction ends.
   * @param ids sorted, so that transactions which lock the same keys wait instead of blocking each other.
   */
  async lock(
    { manager }: Transaction,
    ids: readonly string[],
    filter: ApiKeyFilter | null,
    now: Date,
  ): Promise<string[]> {
    const locked: string[] = [];
    for await (const chunk of inChunks(ids)) {
      const query = matches(manager).andWhere('apiKey.id IN (:...chunk)', { chunk }).orderBy('apiKey.id');
      if (filter) {
        const { where, parameters } = narrowing(filter, now);
        query.andWhere(where, parameters);
      }
      for (const { id } of await forUpdate(query).getRawMany<Match>()) locked.push(id);
    }
    return locked;
  }

  async revoke(
    { manager }: Transaction,
    ids: readonly string[],
    at: Date,
    reason: string | null,
  ): Promise<void> {
    for await (const chunk of inChunks(ids)) {
      const changes = { revokedAt: at, revokedReason: reason };
      await manager.getRepository(ApiKeyEntity).update({ id: In([...chunk]), revokedAt: IsNull() }, changes);
    }
  }

  /** Newest first. */
  findByIds(manager: EntityManager, ids: readonly string[]): Promise<ApiKeyEntity[]> {
    return manager
      .getRepository(ApiKeyEntity)
      .find({ where: { id: In([...ids]) }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** Whether the user has so few keys that one query can look at them all. */
  private async hasFewKeys(manager: EntityManager, userId: string): Promise<boolean> {
    const query = keys(manager).select('apiKey.id', 'id').where('apiKey.userId = :userId', { userId });
    return (await query.offset(STEP).limit(1).getRawOne()) === undefined;
  }

  /** The last id of the step that begins after this one, or `null` when it is the last step. */
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
