import { setTimeout as sleep } from 'node:timers/promises';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { InvalidationBus } from '../../src/invalidation/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { Instance, withKey, type Credential } from '../support/instance.js';

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

onMariadb('the change feed', () => {
  let database: TestDatabase;
  let apps: TestApp[];

  beforeAll(async () => {
    database = await mariadb!.create();
    apps = [await TestApp.start(mariadb!, { database }), await TestApp.start(mariadb!, { database })];
  }, 60_000);

  afterAll(async () => {
    for (const app of apps) await app.stop();
    await database.drop();
  });

  it('misses none of 1,000 changes from parallel transactions', async () => {
    const received = new Set<string>();
    apps[1]!.nest.get(InvalidationBus).subscribe({
      invalidated: (rows) => rows.forEach(({ id }) => received.add(id)),
      everythingInvalidated: () => undefined,
    });
    const database = apps[0]!.nest.get(Database);
    const ids = Array.from({ length: 1_000 }, (_, i) => `change-${i}`);
    const change = (id: string) =>
      database.write(SYSTEM_AUTHOR, async (transaction) => {
        // Some transactions take longer than others, so they commit in another order than they begin.
        if (id.endsWith('7')) await transaction.manager.query('DO SLEEP(0.005)');
        apps[0]!.nest.get(InvalidationBus).invalidate(transaction, 'api_key', id);
      });
    for (let start = 0; start < ids.length; start += 50)
      await Promise.all(ids.slice(start, start + 50).map(change));

    for (let waited = 0; received.size < ids.length && waited < 3_000; waited += 50) await sleep(50);
    expect(ids.filter((id) => !received.has(id))).toEqual([]);
  }, 60_000);
});

onMariadb.each([
  ['without Redis', false, 1_000],
  ['with Redis', true, 100],
] as const)('two processes %s', (_name, usesRedis, boundMs) => {
  let redis: PrivateService | null = null;
  let database: TestDatabase;
  let writer: Instance;
  let reader: Instance;

  beforeAll(async () => {
    database = await mariadb!.create();
    if (usesRedis) {
      redis = await PrivateService.redis();
      await redis.start();
    }
    const env = {
      DATABASE_URL: database.url,
      RATE_LIMIT_STANDARD: '1000000',
      ...(redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
    };
    writer = await Instance.start(env);
    reader = await Instance.start(env);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([writer.stop(), reader.stop()]);
    await redis?.remove();
    await database.drop();
  });

  /** The status of the other process's response to an admin request. */
  async function statusNow(as: Credential): Promise<number> {
    return (await reader.request('GET', '/admin/users?limit=1', as)).status;
  }

  /** The same for a request sent after the allowed delay. */
  async function statusAfterBound(as: Credential): Promise<number> {
    await sleep(boundMs);
    return statusNow(as);
  }

  it(`make 200 revocations effective within ${boundMs} ms`, async () => {
    const owners = [await writer.createCaller('admin', 100), await writer.createCaller('admin', 100)];
    const statuses: number[] = [];
    for (const { email, keys } of owners) {
      const session = await writer.signIn(email);
      for (let start = 0; start < keys.length; start += 10) {
        const batch = keys.slice(start, start + 10);
        for (const { key } of batch)
          expect((await reader.request('GET', '/me', withKey(key))).status).toBe(200);
        const revoked = batch.map(async ({ id, key }) => {
          expect((await writer.request('POST', `/api-keys/${id}/revoke`, session)).status).toBe(200);
          return statusAfterBound(withKey(key));
        });
        statuses.push(...(await Promise.all(revoked)));
      }
    }
    expect(statuses).toEqual(Array.from({ length: 200 }, () => 401));
  }, 120_000);

  it(`make 200 suspensions and 200 changes of role effective within ${boundMs} ms`, async () => {
    const root = await writer.signIn('root@example.com');
    const users: { id: string; key: string; session: Credential }[] = [];
    for (let i = 0; i < 20; i++) {
      const { id, email, keys } = await writer.createCaller('admin');
      users.push({ id, key: keys[0]!.key, session: await reader.signIn(email) });
    }
    /** Changes all users, and returns the statuses that the other process sends to their keys and sessions. */
    const outcomes = (changes: object) =>
      Promise.all(
        users.map(async ({ id, key, session }) => {
          expect((await writer.request('PATCH', `/admin/users/${id}`, root, changes)).status).toBe(200);
          return [await statusAfterBound(withKey(key)), await statusNow(session)];
        }),
      );
    const all = (status: number) => users.map(() => [status, status]);

    expect(await outcomes({ name: 'Known there' })).toEqual(all(200));
    for (let round = 0; round < 10; round++) {
      expect(await outcomes({ role: 'standard' })).toEqual(all(403));
      expect(await outcomes({ role: 'admin' })).toEqual(all(200));
      expect(await outcomes({ status: 'suspended' })).toEqual(all(403));
      expect(await outcomes({ status: 'active' })).toEqual(all(200));
    }
  }, 120_000);
});
