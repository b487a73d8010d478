import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { InstanceEntity } from './instance.entity.js';
import { Database, dialectOf, SYSTEM } from '../../database/index.js';

/** The most rows of dead processes that are removed at once. */
const REMOVED_AT_ONCE = 1_000;

/** Stores heartbeats on the database's clock, because the clocks of instances may differ. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly database: Database) {}

  /** Commits a heartbeat. @returns the time that was written. */
  async beat(id: string): Promise<Date> {
    return this.database.write(SYSTEM, async ({ manager }) => {
      const instances = manager.createQueryBuilder(InstanceEntity, 'instance');
      const seenAt = () => dialectOf(manager).now(0);
      const { affected } = await instances.update().set({ seenAt }).where({ id }).execute();
      if (affected === 0) {
        await manager.createQueryBuilder().insert().into(InstanceEntity).values({ id, seenAt }).execute();
      }
      return (await manager.findOneByOrFail(InstanceEntity, { id })).seenAt;
    });
  }

  /**
   * The last heartbeat of each instance that has had one in the last `seconds`, read in the same way as requests read.
   * A heartbeat in the future doesn't count: the clock was set back, and a live instance writes a new one.
   */
  async living(seconds: number): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(InstanceEntity, 'instance')
        .where(`instance.seenAt > ${dialectOf(manager).now(-seconds)}`)
        .andWhere(`instance.seenAt < ${dialectOf(manager).now(seconds)}`)
        .getMany(),
    );
    return new Map(rows.map(({ id, seenAt }) => [id, seenAt]));
  }

  /** Removes an instance that stops. */
  async remove(id: string): Promise<void> {
    await this.database.write(SYSTEM, ({ manager }) => manager.delete(InstanceEntity, { id }));
  }

  /** Removes instances whose last heartbeat is older than `seconds`, up to a thousand of them. */
  async removeSilent(seconds: number): Promise<void> {
    const silent = await this.database.read((manager) =>
      manager
        .createQueryBuilder(InstanceEntity, 'instance')
        .where(`instance.seenAt < ${dialectOf(manager).now(-seconds)}`)
        .take(REMOVED_AT_ONCE)
        .getMany(),
    );
    if (silent.length === 0) return;
    const ids = silent.map(({ id }) => id);
    await this.database.write(SYSTEM, ({ manager }) => manager.delete(InstanceEntity, { id: In(ids) }));
  }
}
