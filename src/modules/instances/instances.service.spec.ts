import { jest } from '@jest/globals';
import { InstancesService } from './index.js';
import { LogLines } from '../../../test/support/log-lines.js';
import { SystemClock } from '../../common/clock.js';
import { parseEnv } from '../../settings/index.js';
import type { RedisLink } from '../../redis/index.js';
import type { InstancesRepository } from './instances.repository.js';

const MARIADB = { DATABASE_URL: 'mariadb://127.0.0.1/chameleon' };
const REDIS = { ...MARIADB, REDIS_URL: 'redis://127.0.0.1' };

/** The table, on the clock of the test. The repository itself is tried on real databases. */
class Table {
  readonly rows = new Map<string, Date>();
  readonly removed: number[] = [];
  beats = 0;
  fails: string | null = null;
  /** How long a beat takes. */
  takesMs = 0;
  /** What is read instead of what was written. */
  shows: (at: Date) => Date = (at) => at;

  async beat(id: string): Promise<Date> {
    this.beats++;
    if (this.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, this.takesMs));
    if (this.fails !== null) throw new Error(this.fails);
    const now = new Date();
    this.rows.set(id, now);
    return now;
  }

  async living(seconds: number): Promise<ReadonlyMap<string, Date>> {
    if (this.fails !== null) throw new Error(this.fails);
    const isNear = (at: Date) => Math.abs(Date.now() - at.getTime()) < seconds * 1_000;
    return new Map([...this.rows].filter(([, at]) => isNear(at)).map(([id, at]) => [id, this.shows(at)]));
  }

  async remove(id: string): Promise<void> {
    if (this.fails !== null) throw new Error(this.fails);
    this.rows.delete(id);
  }

  async removeSilent(seconds: number): Promise<void> {
    this.removed.push(seconds);
    if (this.fails !== null) throw new Error(this.fails);
  }
}

let table: Table;
let log: LogLines;

// The clock and the timers stand still until a test moves them.
beforeEach(() => {
  jest.useFakeTimers();
  table = new Table();
  log = LogLines.record();
});

afterEach(() => {
  log.stop();
  jest.useRealTimers();
});

const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

const create = (env: Record<string, string>, isDegraded = false) => {
  const redis = { isDegraded } as RedisLink;
  return new InstancesService(
    table as unknown as InstancesRepository,
    new SystemClock(),
    parseEnv(env),
    redis,
  );
};

async function start(env: Record<string, string> = REDIS): Promise<InstancesService> {
  const instance = create(env);
  await instance.onModuleInit();
  return instance;
}

describe('an instance', () => {
  it('gives a sign of life every second, however long the last one took', async () => {
    await start();
    expect(table.beats).toBe(1);
    await advance(999);
    expect(table.beats).toBe(1);
    await advance(1);
    expect(table.beats).toBe(2);
    table.takesMs = 400;
    await advance(1_000);
    expect(table.beats).toBe(3);
    await advance(999);
    expect(table.beats).toBe(3);
    await advance(1);
    expect(table.beats).toBe(4);
  });

  it('gives one at a time on a database that hangs', async () => {
    await start();
    table.takesMs = 5_000;
    await advance(5_999);
    expect(table.beats).toBe(2);
    // A millisecond later, as timers within timers never come at once.
    await advance(2);
    expect(table.beats).toBe(3);
  });

  it('knows that the database works only when it finds what it wrote', async () => {
    const instance = create(REDIS);
    expect(instance.databaseProblem).toMatch(/yet/);
    await instance.onModuleInit();
    expect(instance.databaseProblem).toBeNull();
    table.shows = (at) => new Date(at.getTime() - 1);
    await advance(1_000);
    expect(instance.databaseProblem).toMatch(/doesn't accept writes/);
    table.shows = (at) => at;
    await advance(1_000);
    expect(instance.databaseProblem).toBeNull();
    table.fails = 'away';
    await advance(1_000);
    expect(instance.databaseProblem).toMatch(/doesn't accept writes/);
  });

  it('knows none when what it wrote is not there at all', async () => {
    const instance = await start();
    table.living = async () => new Map();
    await advance(1_000);
    expect(instance.databaseProblem).not.toBeNull();
  });

  it('removes its row when it ends, after the sign of life that is under way', async () => {
    const instance = await start();
    table.takesMs = 400;
    await advance(1_000);
    const ended = instance.onApplicationShutdown();
    await advance(400);
    await ended;
    expect(table.rows.size).toBe(0);
    const { beats } = table;
    await advance(5_000);
    expect([table.rows.size, table.beats]).toEqual([0, beats]);
  });

  it('does nothing more once it has ended', async () => {
    const instance = await start();
    await advance(500);
    await instance.onApplicationShutdown();
    await advance(5_000);
    expect([table.rows.size, table.beats, log.lines]).toEqual([0, 1, []]);
  });

  it('ends also when its row stays, and says so', async () => {
    const instance = await start();
    table.fails = 'away';
    await instance.onApplicationShutdown();
    expect(log.lines).toEqual(['Error: away']);
  });

  it('removes rows of the long dead as it comes, and then once a minute', async () => {
    await start();
    expect(table.removed).toEqual([600]);
    await advance(59_999);
    expect(table.removed).toHaveLength(1);
    await advance(1);
    expect(table.removed).toHaveLength(2);
  });

  it('goes on when they cannot be removed', async () => {
    table.removeSilent = () => Promise.reject(new Error('locked'));
    await start();
    await advance(2_000);
    expect(table.beats).toBe(3);
  });
});

describe('how many share the limits', () => {
  it('is one on SQLite, whatever stands in the table', async () => {
    table.rows.set('other', new Date());
    const instance = await start({});
    table.rows.set('other', new Date(Date.now() + 1));
    await advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 100]);
  });

  it('are those who live, each with a whole number of calls, and one at least', async () => {
    const [one, two, three] = [await start(), await start(), await start()];
    await advance(1_000);
    expect([one, two, three].map(({ count }) => count)).toEqual([3, 3, 3]);
    expect([100, 3, 2, 1].map((limit) => one.shareOf(limit))).toEqual([33, 1, 1, 1]);
    await two.onApplicationShutdown();
    await three.onApplicationShutdown();
    await advance(1_000);
    expect([one.count, one.shareOf(100)]).toEqual([1, 100]);
  });

  it('are no fewer while one may live that was just found: it counts in the share, not as running', async () => {
    table.rows.set('killed', new Date(Date.now() - 1));
    const instance = await start();
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 50]);
    await advance(2_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 50]);
    await advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 100]);
  });

  it('are more once one that was found gives a sign of life', async () => {
    table.rows.set('other', new Date(Date.now() - 1));
    const instance = await start();
    expect(instance.count).toBe(1);
    table.rows.set('other', new Date());
    await advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([2, 50]);
  });

  it('is the whole limit for an instance that does not know yet', () =>
    expect([create(MARIADB).count, create(MARIADB).shareOf(100)]).toEqual([1, 100]));
});

describe('an instance that comes while Redis is away', () => {
  /** How long it waits before it serves. */
  async function waited(): Promise<number> {
    const instance = create(REDIS, true);
    const began = performance.now();
    let servedAt = 0;
    const serving = instance.onModuleInit().then(() => (servedAt = performance.now()));
    await advance(5_000);
    await serving;
    return servedAt - began;
  }

  it('waits for nobody when it is alone', async () => expect(await waited()).toBe(0));

  it('waits until those that it found give a sign of life', async () => {
    table.rows.set('other', new Date(Date.now() - 900));
    setTimeout(() => table.rows.set('other', new Date()), 100);
    expect(await waited()).toBe(200);
  });

  it('waits for the dead for three seconds', async () => {
    table.rows.set('killed', new Date(Date.now() - 1));
    expect(await waited()).toBe(3_000);
  });

  it('waits no longer for one whose clock was ahead', async () => {
    table.rows.set('killed', new Date(Date.now() + 2_500));
    expect(await waited()).toBe(3_000);
  });

  it('serves when it cannot find out, and says so', async () => {
    table.rows.set('killed', new Date(Date.now() - 1));
    setTimeout(() => (table.fails = 'away'), 300);
    expect(await waited()).toBe(400);
    expect(log.about(/which other instances run/)).toHaveLength(1);
  });

  it('does not wait where Redis works', async () => {
    table.rows.set('killed', new Date(Date.now() - 1));
    const began = performance.now();
    await start();
    expect(performance.now()).toBe(began);
  });
});

describe('the warning that each holds the full limits', () => {
  const WARNING = /2 instances run without REDIS_URL/;

  it('comes once, when there is more than one and no Redis', async () => {
    await start(MARIADB);
    await advance(1_000);
    expect(log.about(WARNING)).toEqual([]);
    await start(MARIADB);
    await advance(5_000);
    // One line of each of the two.
    expect(log.about(WARNING)).toHaveLength(2);
  });

  it('does not come with a Redis', async () => {
    await start();
    await start();
    await advance(5_000);
    expect(log.lines).toEqual([]);
  });
});
