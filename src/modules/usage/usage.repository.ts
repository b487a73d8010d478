import { Injectable } from '@nestjs/common';
import { Between, In, LessThan } from 'typeorm';
import {
  addToCounters,
  Database,
  isForeignKeyViolation,
  SYSTEM,
  type Transaction,
} from '../../database/index.js';
import { ApiKeyEntity } from '../api-keys/index.js';
import { UsageHourEntity } from './usage-hour.entity.js';
import type { HourlyCounts, UsageTally } from './usage.js';

const COLUMNS = { keys: ['api_key_id', 'hour'], counters: ['accepted', 'limited', 'denied'] };

/** Stores usage. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** Adds to the hours of keys, in one transaction with `alongside`. */
  async add(
    tallies: readonly UsageTally[],
    alongside: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    const rows = tallies
      .filter(({ accepted, limited, denied }) => accepted + limited + denied > 0)
      .map(({ apiKeyId, hour, accepted, limited, denied }) => [apiKeyId, hour, accepted, limited, denied]);
    const write = (existing: typeof rows) =>
      this.database.write(SYSTEM, async (transaction) => {
        await alongside(transaction);
        await addToCounters(transaction.manager, 'usage_hours', COLUMNS, existing);
      });
    try {
      await write(rows);
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      // A key was removed meanwhile, and the other keys must not lose their counts.
      const ids = await this.existing(rows.map(([apiKeyId]) => String(apiKeyId)));
      await write(rows.filter(([apiKeyId]) => ids.has(String(apiKeyId))));
    }
  }

  /** Deletes all usage of a key that is removed. */
  async deleteOf({ manager }: Transaction, apiKeyId: string): Promise<void> {
    await manager.delete(UsageHourEntity, { apiKeyId });
  }

  private async existing(apiKeyIds: readonly string[]): Promise<Set<string>> {
    const found = await this.database.read((manager) =>
      manager.find(ApiKeyEntity, { select: { id: true }, where: { id: In([...apiKeyIds]) } }),
    );
    return new Set(found.map(({ id }) => id));
  }

  async find(apiKeyId: string, fromHour: number, toHour: number): Promise<UsageTally[]> {
    const rows = await this.database.read((manager) =>
      manager.findBy(UsageHourEntity, { apiKeyId, hour: Between(fromHour, toHour) }),
    );
    return rows.map(({ hour, accepted, limited, denied }) => ({ apiKeyId, hour, accepted, limited, denied }));
  }

  /** The requests with all keys, by hour, without empty hours. Reads only an index. */
  async totals(fromHour: number, toHour: number): Promise<HourlyCounts[]> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(UsageHourEntity, 'usage')
        .select('usage.hour', 'hour')
        .addSelect('SUM(usage.accepted)', 'accepted')
        .addSelect('SUM(usage.limited)', 'limited')
        .addSelect('SUM(usage.denied)', 'denied')
        .where({ hour: Between(fromHour, toHour) })
        .groupBy('usage.hour')
        .getRawMany<Record<keyof HourlyCounts, number | string>>(),
    );
    return rows.map(({ hour, accepted, limited, denied }) => ({
      hour: Number(hour),
      accepted: Number(accepted),
      limited: Number(limited),
      denied: Number(denied),
    }));
  }

  /** Deletes rows of hours before this one, the oldest first. @returns how many. */
  async prune(hour: number, atMost: number): Promise<number> {
    return this.database.write(SYSTEM, async ({ manager }) => {
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
