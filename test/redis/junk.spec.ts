import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

const LIMIT = 10;
/** In microseconds, like the entries. */
const nowMicroseconds = () => Date.now() * 1_000;

type Write = (redis: PrivateRedis['admin'], key: string) => Promise<unknown>;
const instead =
  (write: Write): Write =>
  async (redis, key) => {
    await redis.del(key);
    await write(redis, key);
  };

/** Appends many entries, given as a Lua expression of `i`, in steps that do not block Redis for long. */
async function fill(redis: PrivateRedis['admin'], key: string, count: number, entry: string): Promise<void> {
  const script = `for i = ARGV[1], ARGV[2] do redis.call('RPUSH', KEYS[1], ${entry}) end`;
  for (let first = 1; first <= count; first += 1_000)
    await redis.eval(script, 1, key, first, Math.min(first + 999, count));
}

/** Writes to a window's key by a stranger or a faulty program. */
const JUNK: readonly (readonly [string, Write])[] = [
  ['a string', (redis, key) => redis.set(key, 'junk')],
  ['a number', (redis, key) => redis.set(key, '12')],
  ['a hash', instead((redis, key) => redis.hset(key, 'a', 'b'))],
  ['a set', instead((redis, key) => redis.sadd(key, 'a'))],
  ['a stream', instead((redis, key) => redis.xadd(key, '*', 'a', 'b'))],
  ['words at its end', (redis, key) => redis.rpush(key, 'junk')],
  ['words at its beginning', (redis, key) => redis.lpush(key, 'junk')],
  ['an empty entry', (redis, key) => redis.rpush(key, '')],
  ['a value that is not a number', (redis, key) => redis.lpush(key, 'nan')],
  ['a value that is not a number at its end', (redis, key) => redis.rpush(key, '-nan')],
  ['infinity', (redis, key) => redis.rpush(key, 'inf')],
  ['negative infinity', (redis, key) => redis.lpush(key, '-inf')],
  ['a time far ahead', (redis, key) => redis.rpush(key, String(nowMicroseconds() + 1e12))],
  ['a time far ahead at its beginning', (redis, key) => redis.lpush(key, String(nowMicroseconds() + 1e12))],
  ['a negative time far ahead', (redis, key) => redis.lpush(key, String(-nowMicroseconds() - 1e12))],
  ['bytes', (redis, key) => redis.rpush(key, Buffer.from([0, 255, 10, 13]))],
  ['a megabyte', (redis, key) => redis.rpush(key, Buffer.alloc(1_000_000, '9'))],
  ['a million entries', instead((redis, key) => fill(redis, key, 1_000_000, '"junk"'))],
];

describeWithRedis('a window key with', () => {
  let redis: PrivateRedis;
  let app: TestApp;
  let log: LogLines;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
    app = await TestApp.start(DATABASES[0]!, {
      env: {
        REDIS_URL: redis.url(),
        RATE_LIMIT_STANDARD: String(LIMIT),
        RATE_LIMIT_ANONYMOUS: '100000',
        RATE_LIMIT_SESSION: '100000',
      },
    });
  });

  beforeEach(() => {
    log = LogLines.record();
    // The line is logged at most once a minute; this makes it due again.
    app.clock.advance(61_000);
  });

  afterEach(() => log.stop());

  afterAll(async () => {
    await app.stop();
    await redis.remove();
  });

  const request = async (key: string) => (await app.http.get('/api/v1/me').set('X-API-Key', key)).status;
  const status = async () => ((await app.http.get('/health/ready')).body as { status: string }).status;
  const windowOf = (user: { id: string }) => `chameleon:window:keys:${user.id}`;
  const accepted = async (key: string, count: number): Promise<number> => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const response = await request(key);
      expect([200, 429]).toContain(response);
      if (response === 200) sum++;
    }
    return sum;
  };

  it.each(JUNK)('%s is reset, for this user only', async (_name, write) => {
    const other = await app.createCaller();
    expect(await accepted(other.key, 3)).toBe(3);
    const { user, key } = await app.createCaller();
    expect(await accepted(key, 4)).toBe(4);
    await write(redis.admin, windowOf(user));

    // This instance's own accepted requests still count, so the total stays within the limit.
    expect(await accepted(key, LIMIT)).toBe(LIMIT - 4);
    expect(await redis.admin.type(windowOf(user))).toBe('list');
    expect(await redis.admin.pttl(windowOf(user))).toBeGreaterThan(0);
    expect(await accepted(other.key, LIMIT)).toBe(LIMIT - 3);
    expect(await status()).toBe('ok');
    expect(log.about(/redis/i)).toEqual([
      expect.stringContaining(`${windowOf(user)} did not contain a valid rate-limit window`),
    ]);
  });

  it('repeated junk costs one log line a minute', async () => {
    const { user, key } = await app.createCaller();
    for (let i = 0; i < 30; i++) {
      await redis.admin.set(windowOf(user), 'junk');
      await request(key);
    }
    // Once its own count reaches the limit, this instance no longer asks Redis.
    expect(log.lines).toHaveLength(1);
    app.clock.advance(61_000);
    await redis.admin.set(windowOf(user), 'junk');
    await request(key);
    expect(log.lines[1]).toMatch(/and 9 more since the last warning/);
  });

  it.each([1, 63, 64, 65, 66, 500, 300_000])('%i expired times counts the remaining ones', async (old) => {
    const { user, key } = await app.createCaller();
    const begin = nowMicroseconds() - 100_000_000;
    await fill(redis.admin, windowOf(user), old, `string.format('%.0f', ${begin} + i)`);
    await fill(redis.admin, windowOf(user), 6, `string.format('%.0f', ${nowMicroseconds() - 6_000} + i)`);
    expect(await accepted(key, LIMIT)).toBe(LIMIT - 6);
    expect(await redis.admin.llen(windowOf(user))).toBe(LIMIT);
    expect(log.lines).toEqual([]);
  });

  it('nothing, because keys are deleted repeatedly, admits no more than the limit', async () => {
    const { key } = await app.createCaller();
    let sum = 0;
    for (let i = 0; i < 3 * LIMIT; i++) {
      await redis.admin.flushall();
      sum += await accepted(key, 2);
    }
    expect(sum).toBe(LIMIT);
    expect(await status()).toBe('ok');
    expect(log.about(/redis/i)).toEqual([expect.stringMatching(/Redis has lost requests/)]);
  });

  it('a time slightly ahead, as after a clock was set back, stays and denies one user', async () => {
    const { user, key } = await app.createCaller();
    await redis.admin.rpush(windowOf(user), String(nowMicroseconds() + 30_000_000));
    expect(await accepted(key, LIMIT)).toBe(LIMIT - 1);
    expect(log.lines).toEqual([]);
  });

  it('no permission for the user leaves the other windows in Redis', async () => {
    const rules = ['~chameleon:window:judge:*', '~chameleon:window:session:*', '&*', '+@all'];
    await redis.admin.call('ACL', 'SETUSER', 'me', 'on', '>secret', ...rules);
    const narrow = await TestApp.start(DATABASES[0]!, {
      env: { REDIS_URL: redis.url('me:secret'), RATE_LIMIT_STANDARD: String(LIMIT) },
    });
    log = LogLines.record();
    const { user, key } = await narrow.createCaller();
    const cookie = await narrow.signIn(user.email);
    for (let round = 0; round < 20; round++) {
      const response = await narrow.http.get('/api/v1/me').set('X-API-Key', key);
      expect(response.status).toBe(round < LIMIT ? 200 : 429);
      await narrow.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
      const ready = await narrow.http.get('/health/ready').expect(200);
      expect(ready.body).toMatchObject({ status: 'ok' });
      await sleep(60);
    }
    // 20 requests of the session, and its earlier creations.
    expect(await redis.admin.llen(`chameleon:window:session:${user.id}`)).toBeGreaterThanOrEqual(20);
    expect(log.lines).toEqual([expect.stringMatching(/rejects some rate-limit checks.*lacks a permission/)]);
    await narrow.stop();
  });
});

describeWithRedis('a window key after a reset', () => {
  let redis: PrivateRedis;
  let app: TestApp;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
    app = await TestApp.start(DATABASES[0]!, {
      env: { REDIS_URL: redis.url(), RATE_LIMIT_STANDARD: '10', RATE_LIMIT_WINDOW_SECONDS: '1' },
    });
  });

  afterAll(async () => {
    await app.stop();
    await redis.remove();
  });

  it('is the only count again after one window', async () => {
    const { user, key } = await app.createCaller();
    const window = `chameleon:window:keys:${user.id}`;
    await redis.admin.set(window, 'junk');
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    const [marker, ...times] = await redis.admin.lrange(window, 0, -1);
    expect(marker).toMatch(/^-\d{16}$/);
    expect(times).toEqual([expect.stringMatching(/^\d{16}$/)]);
    await sleep(1_010);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    expect(await redis.admin.lrange(window, 0, -1)).toEqual([expect.stringMatching(/^\d{16}$/)]);
  });
});
