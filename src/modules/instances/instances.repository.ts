import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { InstanceEntity } from './instance.entity.js';
import { Database, dialectOf, SYSTEM_AUTHOR } from '../../database/index.js';

/** The maximum number of dead instances that are removed per call. */
const MAX_REMOVED = 1_000;

/** Stores heartbeats. All times come from the clock of the database, because the clocks of the instances may differ. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Writes a heartbeat and commits it.
   * @returns the time that was written.
   */
  async writeHeartbeat(id: string): Promise<Date> {
    return this.database.write(SYSTEM_AUTHOR, async ({ manager }) => {
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
   * Finds the instances that wrote a heartbeat in the last `seconds`, and returns the last heartbeat of each. It uses
   * the connection that also serves the reads of requests. It ignores heartbeats that are more than `seconds` in the
   * future. They were written before the clock of the database was set back, and a live instance soon writes a new one.
   */
  async findLive(seconds: number): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(InstanceEntity, 'instance')
        .where(`instance.seenAt > ${dialectOf(manager).now(-seconds)}`)
        .andWhere(`instance.seenAt < ${dialectOf(manager).now(seconds)}`)
        .getMany(),
    );
    return new Map(rows.map(({ id, seenAt }) => [id, seenAt]));
  }

  /** Removes an instance that is stopping. */
  async remove(id: string): Promise<void> {
    await this.database.write(SYSTEM_AUTHOR, ({ manager }) => manager.delete(InstanceEntity, { id }));
  }

  /** Removes at most 1,000 instances whose last heartbeat is older than `seconds`. */
  async removeDead(seconds: number): Promise<void> {
    const dead = await this.database.read((manager) =>
      manager
        .createQueryBuilder(InstanceEntity, 'instance')
        .where(`instance.seenAt < ${dialectOf(manager).now(-seconds)}`)
        .take(MAX_REMOVED)
        .getMany(),
    );
    if (dead.length === 0) return;
    const ids = dead.map(({ id }) => id);
    await this.database.write(SYSTEM_AUTHOR, ({ manager }) =>
      manager.delete(InstanceEntity, { id: In(ids) }),
    );
  }
}
