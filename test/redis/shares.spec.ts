import { createConnection } from 'mysql2/promise';
import { InstancesService } from '../../src/modules/instances/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

const LIMIT = 30;
const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');

(mariadb ? describeWithRedis : describe.skip)('instances that share a MariaDB and a Redis', () => {
  let redis: PrivateRedis;
  let database: TestDatabase;
  let apps: TestApp[];

  const start = () =>
    TestApp.start(mariadb!, {
      database,
      env: {
        REDIS_URL: redis.url(),
        RATE_LIMIT_STANDARD: String(LIMIT),
        RATE_LIMIT_ANONYMOUS: '100000',
        RATE_LIMIT_SESSION: '100000',
      },
    });
  const waitForInstances = (count: number) =>
    eventually(`each knows ${count}`, () =>
      apps.every((app) => app.nest.get(InstancesService).possibleCount === count),
    );
  /** Sends this many requests to the instances in turn. Returns how many each of them accepted. */
  async function spend(key: string, count: number): Promise<number[]> {
    const accepted = apps.map(() => 0);
    for (let i = 0; i < count; i++) {
      for (const [index, app] of apps.entries()) {
        const { status } = await app.http.get('/api/v1/me').set('X-API-Key', key);
        expect([200, 429]).toContain(status);
        if (status === 200) accepted[index]!++;
      }
    }
    return accepted;
  }
  const query = async (statement: string, values: unknown[] = []) => {
    const connection = await createConnection({
      uri: database.url.replace('mariadb:', 'mysql:'),
      timezone: 'Z',
    });
    const [rows] = await connection.query(statement, values);
    await connection.end();
    return rows as Record<string, unknown>[];
  };

  beforeEach(async () => {
    redis = await PrivateRedis.start();
    database = await mariadb!.create();
    apps = [];
  });

  afterEach(async () => {
    for (const app of apps) await app.stop();
    await redis.remove();
    await database.drop();
  });

  it('use their shares at once if Redis fails right after their start', async () => {
    for (let i = 0; i < 3; i++) apps.push(await start());
    const { key } = await apps[0]!.createCaller();
    await waitForInstances(3);
    await redis.service.kill();
    expect(await spend(key, LIMIT)).toEqual([10, 10, 10]);
  });

  it('use their shares at once if Redis is unavailable at their start', async () => {
    await redis.service.kill();
    apps.push(await start());
    const { key } = await apps[0]!.createCaller();
    // The second one knows of the first from its first request on.
    apps.push(await start());
    expect((await spend(key, LIMIT))[1]).toBe(LIMIT / 2);
    const ready = await apps[1]!.http.get('/health/ready').expect(200);
    expect(ready.body).toMatchObject({
      status: 'degraded',
      checks: { redis: 'unavailable: each of the 2 instances applies its share of the rate limits' },
    });
  });

  it('never count an ended process, however it ended, nor one from the future', async () => {
    await redis.service.kill();
    apps.push(await start());
    const { key } = await apps[0]!.createCaller();
    // Rows of killed processes: seen a moment ago, a minute ago, and after a clock jump.
    const rows = [0, -0.5, -2, -60, 3_600].map((seconds) => [
      `dead ${seconds}`,
      new Date(Date.now() + seconds * 1_000),
    ]);
    await query('INSERT INTO instances (id, seen_at) VALUES ?', [rows]);
    await apps.pop()!.stop();
    apps.push(await start());
    expect(await spend(key, LIMIT + 5)).toEqual([LIMIT]);
    expect(apps[0]!.nest.get(InstancesService).count).toBe(1);
  });

  it('delete their row when they stop, and old rows when they start', async () => {
    apps.push(await start(), await start());
    await waitForInstances(2);
    await query(
      "INSERT INTO instances (id, seen_at) VALUES ('dead', '2020-01-01'), ('dying', UTC_TIMESTAMP(3))",
    );
    await apps.pop()!.stop();
    const ids = async () => (await query('SELECT id FROM instances')).map(({ id }) => String(id)).sort();
    expect(await ids()).toHaveLength(3);
    apps.push(await start());
    await eventually('the old row is deleted', async () => !(await ids()).includes('dead'));
    expect(await ids()).toContain('dying');
    expect(await ids()).toHaveLength(3);
  });

  it('accept less than twice the limit when a key is reset, and share no other key', async () => {
    apps.push(await start(), await start());
    await waitForInstances(2);
    const [one, other] = [await apps[0]!.createCaller(), await apps[1]!.createCaller()];
    let sum = 0;
    for (let i = 0; i < LIMIT; i++) {
      const { status } = await apps[0]!.http.get('/api/v1/me').set('X-API-Key', one.key);
      if (status === 200) sum++;
    }
    expect(sum).toBe(LIMIT);
    await redis.admin.set(`chameleon:window:keys:${one.user.id}`, 'junk');
    // The first has used the whole limit, and the second may use its share.
    expect(await spend(one.key, LIMIT)).toEqual([0, LIMIT / 2]);
    expect(await spend(other.key, LIMIT)).toEqual([LIMIT / 2, LIMIT / 2]);
    for (let i = 0; i < 3; i++) await redis.admin.set(`chameleon:window:keys:${one.user.id}`, 'junk');
    expect(await spend(one.key, LIMIT)).toEqual([0, 0]);
  });
});
