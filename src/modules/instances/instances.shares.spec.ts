import { InstancesOnTestClock, MARIADB, REDIS } from '../../../test/support/instances-on-test-clock.js';

const instances = new InstancesOnTestClock();

describe('the number of instances that may be running', () => {
  it('is 1 on SQLite, even if the table has other rows', async () => {
    instances.table.rows.set('other', new Date());
    const instance = await instances.start({});
    instances.table.rows.set('other', new Date(Date.now() + 1));
    await instances.advance(1_000);
    expect([instance.count, instance.possibleCount]).toEqual([1, 1]);
  });

  it('is the number of live instances', async () => {
    const [one, two, three] = [await instances.start(), await instances.start(), await instances.start()];
    await instances.advance(1_000);
    expect([one, two, three].map(({ count }) => count)).toEqual([3, 3, 3]);
    expect(one.possibleCount).toBe(3);
    await two.onApplicationShutdown();
    await three.onApplicationShutdown();
    await instances.advance(1_000);
    expect([one.count, one.possibleCount]).toEqual([1, 1]);
  });

  it('includes an instance that was found at the start and may be dead, which `count` does not', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    const instance = await instances.start();
    expect([instance.count, instance.possibleCount]).toEqual([1, 2]);
    await instances.advance(2_000);
    expect([instance.count, instance.possibleCount]).toEqual([1, 2]);
    await instances.advance(1_000);
    expect([instance.count, instance.possibleCount]).toEqual([1, 1]);
  });

  it('includes an instance that has written a new heartbeat', async () => {
    instances.table.rows.set('other', new Date(Date.now() - 1));
    const instance = await instances.start();
    expect(instance.count).toBe(1);
    instances.table.rows.set('other', new Date());
    await instances.advance(1_000);
    expect([instance.count, instance.possibleCount]).toEqual([2, 2]);
  });

  it('is 1 before the first heartbeat', () =>
    expect([instances.create(MARIADB).count, instances.create(MARIADB).possibleCount]).toEqual([1, 1]));
});

describe('an instance that starts while Redis is unavailable', () => {
  /** Returns how many milliseconds the instance needs to start. */
  async function startupMs(): Promise<number> {
    const instance = instances.create(REDIS, true);
    const startedAt = performance.now();
    let servedAt = 0;
    const serving = instance.onModuleInit().then(() => (servedAt = performance.now()));
    await instances.advance(5_000);
    await serving;
    return servedAt - startedAt;
  }

  it('does not wait if it is alone', async () => expect(await startupMs()).toBe(0));

  it('waits for a new heartbeat of the instances that it found', async () => {
    instances.table.rows.set('other', new Date(Date.now() - 900));
    setTimeout(() => instances.table.rows.set('other', new Date()), 100);
    expect(await startupMs()).toBe(200);
  });

  it('waits three seconds for a dead instance', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    expect(await startupMs()).toBe(3_000);
  });

  it('waits no longer for a dead instance whose clock was ahead', async () => {
    instances.table.rows.set('killed', new Date(Date.now() + 2_500));
    expect(await startupMs()).toBe(3_000);
  });

  it("starts even if it can't find out, and logs the error", async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    setTimeout(() => (instances.table.fails = 'away'), 300);
    expect(await startupMs()).toBe(400);
    expect(instances.log.about(/which other instances are running/)).toHaveLength(1);
  });

  it('does not wait if Redis works', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    const startedAt = performance.now();
    await instances.start();
    expect(performance.now()).toBe(startedAt);
  });
});

describe('the warning about full limits', () => {
  const WARNING = /2 instances are running without REDIS_URL/;

  it('is logged once if several instances run without Redis', async () => {
    await instances.start(MARIADB);
    await instances.advance(1_000);
    expect(instances.log.about(WARNING)).toEqual([]);
    await instances.start(MARIADB);
    await instances.advance(5_000);
    // Each instance has logged one line.
    expect(instances.log.about(WARNING)).toHaveLength(2);
  });

  it('is not logged with Redis', async () => {
    await instances.start();
    await instances.start();
    await instances.advance(5_000);
    expect(instances.log.lines).toEqual([]);
  });
});
