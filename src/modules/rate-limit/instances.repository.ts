import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, isSqlite, SYSTEM } from '../../database/index.js';
import { InstanceEntity } from './instance.entity.js';

/** The database's own clock, since those of the instances may differ. */
const NOW = { mysql: 'UTC_TIMESTAMP(3)', sqlite: "strftime('%Y-%m-%d %H:%M:%f', 'now')" };

/** The only place that knows how signs of life are stored. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly database: Database) {}

  /** Notes that the instance lives. */
  async beat(id: string): Promise<void> {
    await this.database.write(SYSTEM, async ({ manager }) => {
      const instances = manager.createQueryBuilder(InstanceEntity, 'instance');
      const now = () => (isSqlite(manager.connection) ? NOW.sqlite : NOW.mysql);
      const { affected } = await instances.update().set({ seenAt: now }).where({ id }).execute();
      if (affected === 0) {
        await manager
          .createQueryBuilder()
          .insert()
          .into(InstanceEntity)
          .values({ id, seenAt: now })
          .execute();
      }
    });
  }

  /** Forgets an instance that ends, and those that were silent since then. */
  async forget(id: string, silentSince: Date): Promise<void> {
    await this.database.write(SYSTEM, async ({ manager }) => {
      await manager.delete(InstanceEntity, [{ id }, { seenAt: LessThan(silentSince) }]);
    });
  }

  /** How many instances gave a sign of life in the last so many seconds. */
  async count(seconds: number): Promise<number> {
    return this.database.read((manager) => {
      const since = isSqlite(manager.connection)
        ? `strftime('%Y-%m-%d %H:%M:%f', 'now', :ago)`
        : 'UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND';
      return manager
        .createQueryBuilder(InstanceEntity, 'instance')
        .where(`instance.seenAt > ${since}`, { seconds, ago: `-${seconds} seconds` })
        .getCount();
    });
  }
}
