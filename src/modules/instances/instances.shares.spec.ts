import { InstancesOnTestClock, MARIADB, REDIS } from '../../../test/support/instances-on-test-clock.js';

const instances = new InstancesOnTestClock();

describe('how many share the limits', () => {
  it('is one on SQLite, whatever stands in the table', async () => {
    instances.table.rows.set('other', new Date());
    const instance = await instances.start({});
    instances.table.rows.set('other', new Date(Date.now() + 1));
    await instances.advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 100]);
  });

  it('are those who live, each with a whole number of calls, and one at least', async () => {
    const [one, two, three] = [await instances.start(), await instances.start(), await instances.start()];
    await instances.advance(1_000);
    expect([one, two, three].map(({ count }) => count)).toEqual([3, 3, 3]);
    expect([100, 3, 2, 1].map((limit) => one.shareOf(limit))).toEqual([33, 1, 1, 1]);
    await two.onApplicationShutdown();
    await three.onApplicationShutdown();
    await instances.advance(1_000);
    expect([one.count, one.shareOf(100)]).toEqual([1, 100]);
  });

  it('are no fewer while one may live that was just found: it counts in the share, not as running', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    const instance = await instances.start();
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 50]);
    await instances.advance(2_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 50]);
    await instances.advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([1, 100]);
  });

  it('are more once one that was found gives a sign of life', async () => {
    instances.table.rows.set('other', new Date(Date.now() - 1));
    const instance = await instances.start();
    expect(instance.count).toBe(1);
    instances.table.rows.set('other', new Date());
    await instances.advance(1_000);
    expect([instance.count, instance.shareOf(100)]).toEqual([2, 50]);
  });

  it('is the whole limit for an instance that does not know yet', () =>
    expect([instances.create(MARIADB).count, instances.create(MARIADB).shareOf(100)]).toEqual([1, 100]));
});

describe('an instance that comes while Redis is away', () => {
  /** How long it waits before it serves. */
  async function waited(): Promise<number> {
    const instance = instances.create(REDIS, true);
    const began = performance.now();
    let servedAt = 0;
    const serving = instance.onModuleInit().then(() => (servedAt = performance.now()));
    await instances.advance(5_000);
    await serving;
    return servedAt - began;
  }

  it('waits for nobody when it is alone', async () => expect(await waited()).toBe(0));

  it('waits until those that it found give a sign of life', async () => {
    instances.table.rows.set('other', new Date(Date.now() - 900));
    setTimeout(() => instances.table.rows.set('other', new Date()), 100);
    expect(await waited()).toBe(200);
  });

  it('waits for the dead for three seconds', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    expect(await waited()).toBe(3_000);
  });

  it('waits no longer for one whose clock was ahead', async () => {
    instances.table.rows.set('killed', new Date(Date.now() + 2_500));
    expect(await waited()).toBe(3_000);
  });

  it('serves when it cannot find out, and says so', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    setTimeout(() => (instances.table.fails = 'away'), 300);
    expect(await waited()).toBe(400);
    expect(instances.log.about(/which other instances run/)).toHaveLength(1);
  });

  it('does not wait where Redis works', async () => {
    instances.table.rows.set('killed', new Date(Date.now() - 1));
    const began = performance.now();
    await instances.start();
    expect(performance.now()).toBe(began);
  });
});

describe('the warning that each holds the full limits', () => {
  const WARNING = /2 instances run without REDIS_URL/;

  it('comes once, when there is more than one and no Redis', async () => {
    await instances.start(MARIADB);
    await instances.advance(1_000);
    expect(instances.log.about(WARNING)).toEqual([]);
    await instances.start(MARIADB);
    await instances.advance(5_000);
    // One line of each of the two.
    expect(instances.log.about(WARNING)).toHaveLength(2);
  });

  it('does not come with a Redis', async () => {
    await instances.start();
    await instances.start();
    await instances.advance(5_000);
    expect(instances.log.lines).toEqual([]);
  });
});
