import { Injectable } from '@nestjs/common';
import { countInSteps, Database } from '../../../database/index.js';
import type { ApiKeyCounts } from '../api-key.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import {
  CREATED_BEFORE,
  anyOf,
  NEVER_USED,
  STATUS_CONDITIONS,
  timeSqlParameters,
  LAST_USED_BEFORE,
} from '../listing/api-key-conditions.js';

/**
 * Counts the keys of all users. The queries read only index entries and no table rows, because rows are slow to read.
 */
@Injectable()
export class ApiKeyCountsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Counts all keys in several short queries. Each query continues at the index entry where the previous one stopped.
   * No key is counted twice, even if it changes during the count: a change either leaves the key's index entry in its
   * place, or moves it out of the range that is counted.
   * @param unusedSince an active key counts as unused if it was neither created nor used since this time.
   */
  async count(now: Date, unusedSince: Date): Promise<ApiKeyCounts> {
    const active = anyOf(STATUS_CONDITIONS.active);
    const unused = `${active} AND ${CREATED_BEFORE}`;
    const common = {
      table: 'api_keys',
      alias: 'apiKey',
      columns: ['revoked_at', 'expires_at'],
      parameters: timeSqlParameters({ unusedSince }, now),
    };
    return this.database.read(async (manager) => {
      const byStatus = await countInSteps(manager, {
        ...common,
        index: 'api_keys_owner',
        key: ['user_id', 'created_at', 'id'],
        where: '1 = 1',
        counts: {
          active,
          expired: anyOf(STATUS_CONDITIONS.expired),
          revoked: anyOf(STATUS_CONDITIONS.revoked),
        },
      });
      const lastUseIndex = { ...common, index: 'api_keys_last_use' };
      const neverUsed = await countInSteps(manager, {
        ...lastUseIndex,
        key: ['created_at', 'id'],
        where: NEVER_USED,
        counts: { active, unused },
      });
      let unusedFor90Days = neverUsed.unused;
      for (const where of LAST_USED_BEFORE) {
        const key = ['last_used_at', 'created_at', 'id'];
        const usedBefore = await countInSteps(manager, { ...lastUseIndex, key, where, counts: { unused } });
        unusedFor90Days += usedBefore.unused;
      }
      const total = byStatus.active + byStatus.expired + byStatus.revoked;
      return { total, byStatus, neverUsed: neverUsed.active, unusedFor90Days };
    });
  }

  /**
   * Counts each user's active keys. The result doesn't contain users without active keys. The index has separate ranges
   * for active keys with and without an expiration time. Each range has its own query, because a single query for both
   * ranges would read all keys of these users.
   */
  async countActiveByUser(userIds: readonly string[], now: Date): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    if (userIds.length === 0) return counts;
    await this.database.read(async (manager) => {
      for (const range of STATUS_CONDITIONS.active) {
        const rows = await manager
          .getRepository(ApiKeyEntity)
          .createQueryBuilder('apiKey')
          .select('apiKey.userId', 'userId')
          .addSelect('COUNT(*)', 'count')
          .where('apiKey.userId IN (:...userIds)', { userIds })
          .andWhere(range, { now })
          .groupBy('apiKey.userId')
          .getRawMany<{ userId: string; count: number | string }>();
        for (const { userId, count } of rows) counts.set(userId, (counts.get(userId) ?? 0) + Number(count));
      }
    });
    return counts;
  }
}
