import { Injectable } from '@nestjs/common';
import { countInSteps, Database } from '../../../database/index.js';
import { CREATED_BEFORE, either, STATUS, timesOf, UNUSED } from '../listing/api-key-conditions.js';
import type { ApiKeyCounts } from '../api-key.js';

/** How many keys there are, from indexes alone. */
@Injectable()
export class ApiKeyCountsRepository {
  constructor(private readonly database: Database) {}

  /** Counts all keys, in the order of columns that never change, or that only take keys out of what is counted. */
  async count(now: Date, unusedSince: Date): Promise<ApiKeyCounts> {
    const [active, expired, revoked] = (['active', 'expired', 'revoked'] as const).map((status) =>
      either(STATUS[status]),
    ) as [string, string, string];
    const common = {
      table: 'api_keys',
      alias: 'apiKey',
      columns: ['revoked_at', 'expires_at'],
      parameters: timesOf({ unusedSince }, now),
    };
    const unused = `${active} AND ${CREATED_BEFORE}`;
    const [never, ...atOtherTimes] = UNUSED as [string, ...string[]];
    return this.database.read(async (manager) => {
      const byStatus = await countInSteps(manager, {
        ...common,
        index: 'api_keys_owner',
        key: ['user_id', 'created_at', 'id'],
        where: '1 = 1',
        counts: { active, expired, revoked },
      });
      const byUse = { ...common, index: 'api_keys_last_use' };
      const neverUsed = await countInSteps(manager, {
        ...byUse,
        key: ['created_at', 'id'],
        where: never,
        counts: { active, unused },
      });
      let unusedFor90Days = neverUsed.unused;
      for (const where of atOtherTimes) {
        const key = ['last_used_at', 'created_at', 'id'];
        const found = await countInSteps(manager, { ...byUse, key, where, counts: { unused } });
        unusedFor90Days += found.unused;
      }
      const total = byStatus.active + byStatus.expired + byStatus.revoked;
      return { total, byStatus, neverUsed: neverUsed.active, unusedFor90Days };
    });
  }
}
