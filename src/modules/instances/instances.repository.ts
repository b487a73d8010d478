import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { InstanceEntity } from './instance.entity.js';
import { Database, dialectOf, SYSTEM } from '../../database/index.js';

/** So many rows of dead processes are removed at once. */
const REMOVED_AT_ONCE = 1_000;

/** The only place that knows how signs of life are stored, on the database's clock: those of the instances may differ. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly database: Database) {}

  /** Commits a sign of life. @returns the time that was written. */
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
   * The last sign of life of each instance that gave one in the last so many seconds, read as any other call
   * would read. One of the future is none: the clock was set back, and who lives writes a new one.
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

  /** Removes an instance that ends. */
  async remove(id: string): Promise<void> {
    await this.database.write(SYSTEM, ({ manager }) => manager.delete(InstanceEntity, { id }));
  }

  /** Removes instances that ended without a word so many seconds ago, up to a thousand of them. */
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
