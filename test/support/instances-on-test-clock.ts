import { jest } from '@jest/globals';
import { SystemClock } from '../../src/common/clock.js';
import { InstancesService } from '../../src/modules/instances/index.js';
import type { InstancesRepository } from '../../src/modules/instances/instances.repository.js';
import type { RedisLink } from '../../src/redis/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { LogLines } from './log-lines.js';

export const MARIADB = { DATABASE_URL: 'mariadb://127.0.0.1/chameleon' };
export const REDIS = { ...MARIADB, REDIS_URL: 'redis://127.0.0.1' };

/** Stands in for the table of instances, on the test's clock. The repository has tests on real databases. */
class InstancesTable {
  readonly rows = new Map<string, Date>();
  readonly removed: number[] = [];
  beats = 0;
  fails: string | null = null;
  /** How long a heartbeat takes. */
  takesMs = 0;
  /** Changes the times that are read. */
  shows: (at: Date) => Date = (at) => at;

  async writeHeartbeat(id: string): Promise<Date> {
    this.beats++;
    if (this.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, this.takesMs));
    if (this.fails !== null) throw new Error(this.fails);
    const now = new Date();
    this.rows.set(id, now);
    return now;
  }

  async findLive(seconds: number): Promise<ReadonlyMap<string, Date>> {
    if (this.fails !== null) throw new Error(this.fails);
    const isNear = (at: Date) => Math.abs(Date.now() - at.getTime()) < seconds * 1_000;
    return new Map([...this.rows].filter(([, at]) => isNear(at)).map(([id, at]) => [id, this.shows(at)]));
  }

  async remove(id: string): Promise<void> {
    if (this.fails !== null) throw new Error(this.fails);
    this.rows.delete(id);
  }

  async removeDead(seconds: number): Promise<void> {
    this.removed.push(seconds);
    if (this.fails !== null) throw new Error(this.fails);
  }
}

/** Instances for the tests of one file. Clock and timers stand still until a test advances them. */
export class InstancesOnTestClock {
  table = new InstancesTable();
  log!: LogLines;

  constructor() {
    beforeEach(() => {
      jest.useFakeTimers();
      this.table = new InstancesTable();
      this.log = LogLines.record();
    });
    afterEach(() => {
      this.log.stop();
      jest.useRealTimers();
    });
  }

  create(env: Record<string, string>, isDegraded = false): InstancesService {
    return new InstancesService(
      this.table as unknown as InstancesRepository,
      new SystemClock(),
      parseEnv(env),
      { isDegraded } as RedisLink,
    );
  }

  async start(env: Record<string, string> = REDIS): Promise<InstancesService> {
    const instance = this.create(env);
    await instance.onModuleInit();
    return instance;
  }

  advance(milliseconds: number): Promise<void> {
    return jest.advanceTimersByTimeAsync(milliseconds);
  }
}
