import { Injectable } from '@nestjs/common';
import { Between, LessThan, type EntityManager } from 'typeorm';
import {
  addToCounters,
  Database,
  isForeignKeyViolation,
  SYSTEM_AUTHOR,
  type Transaction,
} from '../../database/index.js';
import { UsageHourEntity } from './usage-hour.entity.js';
import { UserUsageHourEntity } from './user-usage-hour.entity.js';
import { toHourlyCounts, type Raw } from './raw-counts.js';
import type { HourlyCounts, UsageSubject, UsageTally } from './usage.js';

const COUNTERS = ['accepted', 'limited', 'denied'];
const BY_KEY = { keys: ['api_key_id', 'hour'], counters: COUNTERS };
const BY_USER = { keys: ['user_id', 'hour'], counters: COUNTERS };

/** Stores the usage of API keys and of users. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds the counts to the stored counts of the keys and of their owners, and runs `alongside` in the same transaction.
   * Ignores the counts of keys that don't exist any more.
   */
  async add(
    tallies: readonly UsageTally[],
    alongside: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    const counted = tallies.filter(({ accepted, limited, denied }) => accepted + limited + denied > 0);
    const write = () =>
      this.database.write(SYSTEM_AUTHOR, async (transaction) => {
        const { manager } = transaction;
        await alongside(transaction);
        const owners = await findOwners(manager, counted);
        const existing = counted.filter(({ apiKeyId }) => owners.has(apiKeyId));
        await addToCounters(manager, 'usage_hours', BY_KEY, existing.map(toRow));
        await addToCounters(manager, 'user_usage_hours', BY_USER, sumsByOwner(existing, owners));
      });
    // If a key is removed between the two queries, the second attempt doesn't find it any more.
    await write().catch((error: unknown) => {
      if (!isForeignKeyViolation(error)) throw error;
      return write();
    });
  }

  /** Deletes all usage of a key that is being removed. */
  async deleteOf({ manager }: Transaction, apiKeyId: string): Promise<void> {
    await manager.delete(UsageHourEntity, { apiKeyId });
  }

  /**
   * Returns the requests of a key or user, added up in steps of 1 or 24 hours. The `hour` of a step is its first hour.
   * Leaves out steps without requests.
   */
  async find(
    subject: UsageSubject,
    fromHour: number,
    toHour: number,
    stepHours: 1 | 24 = 1,
  ): Promise<HourlyCounts[]> {
    const entity = 'userId' in subject ? UserUsageHourEntity : UsageHourEntity;
    const step = `usage.hour - usage.hour % ${stepHours}`;
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder<UsageHourEntity | UserUsageHourEntity>(entity, 'usage')
        .select(step, 'hour')
        .addSelect('SUM(usage.accepted)', 'accepted')
        .addSelect('SUM(usage.limited)', 'limited')
        .addSelect('SUM(usage.denied)', 'denied')
        .where({ ...subject, hour: Between(fromHour, toHour) })
        .groupBy(step)
        .getRawMany<Raw<HourlyCounts>>(),
    );
    return rows.map(toHourlyCounts);
  }

  /**
   * Deletes at most `atMost` rows of each kind from before the given hour, oldest first.
   * @returns the larger number of deleted rows.
   */
  async prune(hour: number, atMost: number): Promise<number> {
    return this.database.write(SYSTEM_AUTHOR, async ({ manager }) => {
      const deleted = [];
      for (const entity of [UsageHourEntity, UserUsageHourEntity]) {
        const old = await manager.find<UsageHourEntity | UserUsageHourEntity>(entity, {
          where: { hour: LessThan(hour) },
          order: { hour: 'ASC' },
          take: atMost,
        });
        if (old.length > 0) await manager.remove(old);
        deleted.push(old.length);
      }
      return Math.max(...deleted);
    });
  }
}

const toRow = ({ apiKeyId, hour, accepted, limited, denied }: UsageTally) => [
  apiKeyId,
  hour,
  accepted,
  limited,
  denied,
];

async function findOwners(
  manager: EntityManager,
  tallies: readonly UsageTally[],
): Promise<Map<string, string>> {
  if (tallies.length === 0) return new Map();
  // TypeORM would need longer to build the entities than the database needs to find the rows.
  const placeholders = tallies.map(() => '?').join(', ');
  const found = await manager.query<{ id: string; user_id: string }[]>(
    `SELECT id, user_id FROM api_keys WHERE id IN (${placeholders})`,
    tallies.map(({ apiKeyId }) => apiKeyId),
  );
  return new Map(found.map(({ id, user_id }) => [id, user_id]));
}

/**
 * Adds up the counts of each owner and hour. The rows are sorted, because all instances lock the rows in this order and
 * so can't deadlock.
 */
function sumsByOwner(
  tallies: readonly UsageTally[],
  owners: ReadonlyMap<string, string>,
): [userId: string, ...number[]][] {
  const sums = new Map<string, [string, number, number, number, number]>();
  for (const { apiKeyId, hour, accepted, limited, denied } of tallies) {
    const userId = owners.get(apiKeyId)!;
    const id = `${userId} ${hour}`;
    const sum = sums.get(id) ?? [userId, hour, 0, 0, 0];
    sum[2] += accepted;
    sum[3] += limited;
    sum[4] += denied;
    sums.set(id, sum);
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}
