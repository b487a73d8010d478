import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

describeWithRedis('behind an address of the primary', () => {
  let first: PrivateRedis;
  let second: PrivateRedis;
  let node: PrivateRedis | null;
  let address: FlakyNetwork;
  let app: TestApp;
  let log: LogLines;

  beforeEach(async () => {
    node = null;
    first = await PrivateRedis.start();
    second = await PrivateRedis.start();
    await second.admin.call('REPLICAOF', '127.0.0.1', String(first.port));
    await eventually('the replica is in sync', async () =>
      /master_link_status:up/.test(await second.admin.info()),
    );
    address = await FlakyNetwork.to('127.0.0.1', first.port);
    app = await TestApp.start(DATABASES[0]!, { env: { REDIS_URL: `redis://127.0.0.1:${address.port}` } });
    log = LogLines.record();
  });

  afterEach(async () => {
    log.stop();
    await app.stop();
    await address.close();
    await node?.remove();
    await first.remove();
    await second.remove();
  });

  const request = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
  const status = async () => ((await app.http.get('/health/ready')).body as { status: string }).status;

  it('a failover is noticed within two seconds, even if the former primary still responds', async () => {
    const { user, key } = await app.createCaller();
    for (let i = 0; i < 3; i++) await request(key);
    const window = `chameleon:window:keys:${user.id}`;
    await eventually('the replica has all entries', async () => (await second.admin.llen(window)) === 3);

    await second.admin.call('REPLICAOF', 'NO', 'ONE');
    await first.admin.call('REPLICAOF', '127.0.0.1', String(second.port));
    address.redirectTo(second.port);
    const failedOverAt = performance.now();
    await request(key);
    // Not by the status, which stays `ok` for a moment while a rejection is checked.
    await eventually('the failover is noticed', () => log.about(/Redis is working again/).length > 0, 2_000);
    await eventually('the status is ok', async () => (await status()) === 'ok', 2_000);
    expect(performance.now() - failedOverAt).toBeLessThan(2_000);
    // Requests accepted before and during the failover count, and Redis itself counts again.
    expect(await second.admin.llen(window)).toBe(3);
    const response = await request(key);
    expect(response.headers['x-ratelimit-remaining']).toBe('95');
    expect(await second.admin.llen(window)).toBe(4);
    expect(log.about(/redis/i)).toEqual([
      expect.stringMatching(/read-only replica/),
      'Redis is working again.',
    ]);
  });

  it('a primary that vanishes silently is left within two seconds', async () => {
    const { key } = await app.createCaller();
    await request(key);
    await second.admin.call('REPLICAOF', 'NO', 'ONE');
    address.stallMatching(/./);
    address.redirectTo(second.port);
    await request(key);
    await eventually(
      'the connection is replaced',
      () => log.about(/working again|restored/).length > 0,
      2_000,
    );
    await eventually('the status is ok', async () => (await status()) === 'ok', 2_000);
  });

  it('a later cluster node is never used, not even briefly', async () => {
    node = await PrivateRedis.start('--cluster-enabled', 'yes');
    await node.admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    const { key } = await app.createCaller();
    address.redirectTo(node.port);
    await first.admin.client('KILL', 'TYPE', 'normal');
    await eventually('the line is logged', () => log.about(/Redis Cluster node/).length > 0);
    const statuses: string[] = [];
    for (let look = 0; look < 24; look++) {
      await request(key);
      statuses.push(await status());
      await sleep(75);
    }
    expect(statuses).toEqual(Array(24).fill('degraded'));
    expect(log.about(/redis/i)).toHaveLength(1);
    expect(await node.admin.dbsize()).toBe(0);
  });

  it('a later cluster node that hides its mode is no longer used once it redirects a key', async () => {
    node = await PrivateRedis.start('--cluster-enabled', 'yes');
    // Half of the slots, so that the script runs there for some keys.
    await node.admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 8_191);
    await node.admin.config('SET', 'cluster-require-full-coverage', 'no');
    await node.admin.call('ACL', 'SETUSER', 'default', '-info');
    const callers = await Promise.all(Array.from({ length: 12 }, () => app.createCaller()));
    address.redirectTo(node.port);
    await first.admin.client('KILL', 'TYPE', 'normal');
    await eventually('the line is logged', async () => {
      for (const { key } of callers) await request(key);
      return log.about(/Redis Cluster node/).length > 0;
    });
    const statuses: string[] = [];
    for (let look = 0; look < 24; look++) {
      for (const { key } of callers.slice(0, 4)) await request(key);
      statuses.push(await status());
      await sleep(75);
    }
    expect(statuses).toEqual(Array(24).fill('degraded'));
    expect(log.about(/Redis Cluster node/)).toHaveLength(1);
  });
});
