import { Injectable } from '@nestjs/common';
import { Between, In, LessThan, type EntityManager } from 'typeorm';
import {
  addToCounters,
  Database,
  isForeignKeyViolation,
  SYSTEM_AUTHOR,
  type Transaction,
} from '../../database/index.js';
import { ApiKeyEntity } from '../api-keys/index.js';
import { UsageHourEntity } from './usage-hour.entity.js';
import type { HourlyCounts, UsageTally } from './usage.js';

const COLUMNS = { keys: ['api_key_id', 'hour'], counters: ['accepted', 'limited', 'denied'] };

/** Stores the usage of API keys. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** Adds the counts to the stored counts, and runs `alongside` in the same transaction. */
  async add(
    tallies: readonly UsageTally[],
    alongside: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    const rows = tallies
      .filter(({ accepted, limited, denied }) => accepted + limited + denied > 0)
      .map(({ apiKeyId, hour, accepted, limited, denied }) => [apiKeyId, hour, accepted, limited, denied]);
    const write = (existing: typeof rows) =>
      this.database.write(SYSTEM_AUTHOR, async (transaction) => {
        await alongside(transaction);
        await addToCounters(transaction.manager, 'usage_hours', COLUMNS, existing);
      });
    try {
      await write(rows);
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      // A key was removed in the meantime, but the counts of the other keys must not be lost.
      const ids = await this.existing(rows.map(([apiKeyId]) => String(apiKeyId)));
      await write(rows.filter(([apiKeyId]) => ids.has(String(apiKeyId))));
    }
  }

  /** Deletes all usage of a key that is being removed. */
  async deleteOf({ manager }: Transaction, apiKeyId: string): Promise<void> {
    await manager.delete(UsageHourEntity, { apiKeyId });
  }

  private async existing(apiKeyIds: readonly string[]): Promise<Set<string>> {
    const found = await this.database.read((manager) =>
      manager.find(ApiKeyEntity, { select: { id: true }, where: { id: In([...apiKeyIds]) } }),
    );
    return new Set(found.map(({ id }) => id));
  }

  /**
   * Returns the requests with a key, added up in steps of 1 or 24 hours. The `hour` of a step is its first hour. Leaves
   * out steps without requests.
   */
  async find(apiKeyId: string, fromHour: number, toHour: number, stepHours = 1): Promise<HourlyCounts[]> {
    const rows = await this.database.read((manager) =>
      selectCounts(manager, `usage.hour - usage.hour % ${stepHours}`)
        .where({ apiKeyId, hour: Between(fromHour, toHour) })
        .getRawMany<RawCounts>(),
    );
    return rows.map(toHourlyCounts);
  }

  /**
   * Returns the number of requests in each hour, with all keys together. Leaves out hours without requests. The query
   * reads only an index.
   */
  async totals(fromHour: number, toHour: number): Promise<HourlyCounts[]> {
    const rows = await this.database.read((manager) =>
      selectCounts(manager, 'usage.hour')
        .where({ hour: Between(fromHour, toHour) })
        .getRawMany<RawCounts>(),
    );
    return rows.map(toHourlyCounts);
  }

  /**
   * Deletes at most `atMost` rows from before the given hour, oldest first.
   * @returns the number of deleted rows.
   */
  async prune(hour: number, atMost: number): Promise<number> {
    return this.database.write(SYSTEM_AUTHOR, async ({ manager }) => {
      const old = await manager.find(UsageHourEntity, {
        select: { apiKeyId: true, hour: true },
        where: { hour: LessThan(hour) },
        order: { hour: 'ASC' },
        take: atMost,
      });
      if (old.length > 0) await manager.remove(old);
      return old.length;
    });
  }
}

/** MySQL returns sums as strings. */
type RawCounts = Record<keyof HourlyCounts, number | string>;

/** Adds up the counts by the SQL expression `hour`, which must never come from a client. */
const selectCounts = (manager: EntityManager, hour: string) =>
  manager
    .createQueryBuilder(UsageHourEntity, 'usage')
    .select(hour, 'hour')
    .addSelect('SUM(usage.accepted)', 'accepted')
    .addSelect('SUM(usage.limited)', 'limited')
    .addSelect('SUM(usage.denied)', 'denied')
    .groupBy(hour);

const toHourlyCounts = ({ hour, accepted, limited, denied }: RawCounts): HourlyCounts => ({
  hour: Number(hour),
  accepted: Number(accepted),
  limited: Number(limited),
  denied: Number(denied),
});
