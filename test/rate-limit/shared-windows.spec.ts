import type { InstancesService } from '../../src/modules/instances/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { RedisWindowStorage } from '../../src/modules/rate-limit/windows/redis-window.storage.js';
import { WindowStorage, type Budget } from '../../src/modules/rate-limit/windows/window.storage.js';
import { isUserPolicy, requestPolicy } from '../../src/modules/rate-limit/policies.js';
import { RedisLink } from '../../src/redis/index.js';
import { eventually } from '../support/eventually.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';
import { TestClock } from '../support/test-clock.js';

const WINDOW_MS = 60_000;
/** How long both limits apply after a recovery: other instances may notice it three seconds later. */
const RETURN_MS = WINDOW_MS + 3_000;
const HALF = { possibleCount: 2 } as InstancesService;

let redis: PrivateRedis;
let log: LogLines;
const links: RedisLink[] = [];

/** An instance that knows of one other. */
async function connect(credentials = '') {
  const settings = parseEnv({ REDIS_URL: redis.url(credentials) });
  const clock = new TestClock();
  const link = new RedisLink(settings, clock);
  const windows = new RedisWindowStorage(link, settings, clock);
  links.push(link);
  await link.onModuleInit();
  const storage = new WindowStorage(clock, link, windows, HALF);
  const take = async (key: string, limit: number) => storage.take(budget(key, limit));
  /** Sends this many requests and returns how many were accepted. */
  const spend = async (key: string, limit: number, count: number) => {
    let accepted = 0;
    for (let i = 0; i < count; i++) if (!(await take(key, limit)).isBlocked) accepted++;
    return accepted;
  };
  return { clock, link, windows, storage, take, spend };
}

/** A window of a minute. */
const budget = (key: string, limit: number, policy = 'standard'): Budget => ({
  policy: requestPolicy(policy, limit, 60),
  key,
  isKnownSubject: isUserPolicy(policy),
});

const nameOf = (key: string) => `chameleon:window:${key}`;

/** Writes times like the script, this many milliseconds ago on the clock of Redis. */
async function write(key: string, ...ages: number[]): Promise<void> {
  const [seconds, microseconds] = await redis.admin.time();
  const times = ages.map((age) => Number(seconds) * 1e6 + Number(microseconds) - age * 1_000);
  await redis.admin.rpush(nameOf(key), ...times.map(String));
}

const marker = async (age: number) => {
  const [seconds, microseconds] = await redis.admin.time();
  return String(-(Number(seconds) * 1e6 + Number(microseconds) - age * 1_000));
};

describeWithRedis('windows in a Redis', () => {
  beforeAll(async () => {
    redis = await PrivateRedis.start();
  });

  beforeEach(async () => {
    log = LogLines.record();
    await redis.admin.flushall();
  });

  afterEach(() => {
    log.stop();
    for (const link of links.splice(0)) link.onApplicationShutdown();
  });

  afterAll(() => redis.remove());

  describe('the script', () => {
    it('counts the requests of all instances, up to the limit', async () => {
      const [one, two] = [await connect(), await connect()];
      const records = [];
      for (const { windows } of [one, two, one, two]) records.push(await windows.take('a', 3, 60));
      expect(records).toEqual(
        [1, 2, 3, 3].map((totalHits, i) => ({
          totalHits,
          timeToExpire: 60,
          isBlocked: i === 3,
          timeToBlockExpire: i < 2 ? 0 : 60,
          incompleteMs: 0,
          giveBack: expect.any(Function) as unknown,
        })),
      );
      expect(await redis.admin.llen(nameOf('a'))).toBe(3);
      expect(await two.windows.peek('a', 4, 60)).toMatchObject({ totalHits: 3, isBlocked: false });
      expect(await two.windows.peek('a', 3, 60)).toMatchObject({ totalHits: 3, isBlocked: true });
      expect(await redis.admin.llen(nameOf('a'))).toBe(3);
      expect(await one.windows.take('b', 3, 60)).toMatchObject({ totalHits: 1 });
    });

    it('removes entries that have left the window, few or many at a time', async () => {
      const { windows } = await connect();
      await write('a', 61_000, WINDOW_MS, 59_500, 20_000);
      expect(await windows.take('a', 3, 60)).toMatchObject({
        totalHits: 3,
        isBlocked: false,
        timeToExpire: 1,
      });
      expect(await redis.admin.llen(nameOf('a'))).toBe(3);
      await write('b', ...Array<number>(500).fill(61_000), 30_000, 20_000, 10_000);
      expect(await windows.take('b', 9, 60)).toMatchObject({ totalHits: 4, timeToExpire: 30 });
      expect(await redis.admin.llen(nameOf('b'))).toBe(4);
    });

    it('returns the wait after a demotion: until a request is accepted, not until the first entry leaves', async () => {
      const { windows } = await connect();
      await write('a', 50_500, 40_500, 30_500);
      const blocked = { totalHits: 3, isBlocked: true, timeToExpire: 10 };
      expect(await windows.take('a', 3, 60)).toMatchObject({ ...blocked, timeToBlockExpire: 10 });
      expect(await windows.take('a', 2, 60)).toMatchObject({ ...blocked, timeToBlockExpire: 20 });
      expect(await windows.take('a', 1, 60)).toMatchObject({ ...blocked, timeToBlockExpire: 30 });
    });

    it('freezes times while the clock of Redis is behind', async () => {
      const { windows } = await connect();
      await write('a', -5_000);
      expect(await windows.take('a', 9, 60)).toMatchObject({
        totalHits: 2,
        timeToExpire: 60,
        incompleteMs: 0,
      });
      const [first, second] = await redis.admin.lrange(nameOf('a'), 0, -1);
      expect(second).toBe(first);
    });

    it('removes an entry exactly one window after its request was accepted', async () => {
      const { windows } = await connect();
      // The clock is frozen at the newest entry.
      await write('a', WINDOW_MS - 5_000, WINDOW_MS - 5_001, -5_000);
      expect(await windows.take('a', 9, 60)).toMatchObject({ totalHits: 3 });
      await write('b', ...Array<number>(100).fill(WINDOW_MS - 5_000), WINDOW_MS - 5_001, -5_000);
      expect(await windows.take('b', 9, 60)).toMatchObject({ totalHits: 3 });
    });

    it('keeps a key for two seconds longer than its newest entry needs', async () => {
      const { windows } = await connect();
      await windows.take('a', 9, 60);
      const lifetime = await redis.admin.pttl(nameOf('a'));
      expect(lifetime).toBeGreaterThan(WINDOW_MS + 1_000);
      expect(lifetime).toBeLessThanOrEqual(WINDOW_MS + 2_000);
      await write('b', 2_000);
      await redis.admin.pexpire(nameOf('b'), 5_000);
      await windows.peek('b', 9, 60);
      expect(await redis.admin.pttl(nameOf('b'))).toBeLessThanOrEqual(5_000);
      await windows.take('b', 9, 60);
      expect(await redis.admin.pttl(nameOf('b'))).toBeGreaterThan(WINDOW_MS + 1_000);
    });

    it('resets a key with another type, and returns how long its count is incomplete', async () => {
      const { windows } = await connect();
      await redis.admin.set(nameOf('a'), 'junk');
      expect(await windows.take('a', 2, 60)).toMatchObject({
        totalHits: 1,
        isBlocked: false,
        incompleteMs: WINDOW_MS,
      });
      const later = await windows.take('a', 2, 60);
      expect(later).toMatchObject({ totalHits: 2, isBlocked: false });
      expect(later.incompleteMs).toBeGreaterThan(WINDOW_MS - 5_000);
      expect(later.incompleteMs).toBeLessThan(WINDOW_MS);
      expect(await windows.take('a', 2, 60)).toMatchObject({
        totalHits: 2,
        isBlocked: true,
        timeToBlockExpire: 60,
      });
      expect(await redis.admin.pttl(nameOf('a'))).toBeGreaterThan(WINDOW_MS);
      expect(log.lines).toEqual([
        `The Redis key ${nameOf('a')} did not contain a valid rate-limit window, so its count starts over.`,
      ]);
    });

    it.each([
      ['words at its end', async () => redis.admin.rpush(nameOf('a'), 'junk')],
      ['words at its beginning', async () => redis.admin.lpush(nameOf('a'), 'junk')],
      ['a value that is not a number', async () => redis.admin.lpush(nameOf('a'), 'nan')],
      ['a time more than a window ahead', async () => write('a', -WINDOW_MS - 5_000)],
      [
        'an old time after a marker',
        async () => {
          await redis.admin.del(nameOf('a'));
          await redis.admin.rpush(nameOf('a'), await marker(1_000));
          await write('a', 61_000);
        },
      ],
    ])('resets a list that has %s', async (_what, corrupt) => {
      const { windows } = await connect();
      await windows.take('a', 9, 60);
      await corrupt();
      expect(await windows.take('a', 9, 60)).toMatchObject({ totalHits: 1, incompleteMs: WINDOW_MS });
    });

    it('has a complete count again one window after a reset', async () => {
      const { windows } = await connect();
      await redis.admin.rpush(nameOf('a'), await marker(30_000));
      await write('a', 10_000);
      const halfway = await windows.take('a', 9, 60);
      expect(halfway.totalHits).toBe(2);
      expect(Math.round(halfway.incompleteMs / 1_000)).toBe(30);
      await redis.admin.rpush(nameOf('b'), await marker(61_000));
      await write('b', 10_000);
      expect(await windows.take('b', 9, 60)).toMatchObject({ totalHits: 2, incompleteMs: 0 });
    });

    it('prevents the start if the user lacks permission for one of its commands', async () => {
      await redis.admin.call(
        'ACL',
        'SETUSER',
        'less',
        'reset',
        'on',
        '>secret',
        '~*',
        '&*',
        '+@all',
        '-lindex',
      );
      await expect(connect('less:secret')).rejects.toThrow(/lacks a permission/);
    });
  });

  describe('an instance', () => {
    it('counts its own accepted requests if Redis has lost them, and logs the loss', async () => {
      const { spend, clock } = await connect();
      expect(await spend('a', 4, 3)).toBe(3);
      await redis.admin.flushall();
      // It has already used more than its half.
      expect(await spend('a', 4, 5)).toBe(0);
      expect(log.about(/has lost requests that were counted for a\./)).toHaveLength(1);
      // As long as a request that Redis has lost may be in the window.
      clock.advance(RETURN_MS - 1_000);
      await redis.admin.flushall();
      expect(await spend('a', 4, 5)).toBe(2);
      clock.advance(RETURN_MS);
      await redis.admin.flushall();
      expect(await spend('a', 4, 5)).toBe(4);
    });

    it('does not count requests that Redis denies as its own', async () => {
      const { spend, link } = await connect();
      expect(await spend('a', 4, 8)).toBe(4);
      expect(log.lines).toEqual([]);
      expect(await spend('b', 40, 8)).toBe(8);
      expect(await spend('b', 8, 8)).toBe(0);
      await redis.service.kill();
      await eventually('Redis is unavailable', () => link.isDegraded);
      // Half of 40 is 20, of which eight were accepted before.
      expect(await spend('b', 40, 20)).toBe(12);
      await redis.service.start();
    });

    it('denies the last request of a window after a reset if its share is used up', async () => {
      const { spend } = await connect();
      expect(await spend('a', 4, 3)).toBe(3);
      await redis.admin.del(nameOf('a'));
      await redis.admin.rpush(nameOf('a'), await marker(1_000));
      await write('a', 500, 400, 300);
      expect(await spend('a', 4, 1)).toBe(0);
    });

    it('does not report requests as lost that may have left their window', async () => {
      const { spend, clock } = await connect();
      await spend('a', 4, 1);
      clock.advance(58_000);
      await redis.admin.flushall();
      await spend('a', 4, 1);
      expect(log.lines).toEqual([]);
      clock.advance(57_000);
      await redis.admin.flushall();
      await spend('a', 4, 1);
      expect(log.lines).toHaveLength(1);
    });

    it('uses its share and its own count for a key that was reset', async () => {
      const { spend, take } = await connect();
      expect(await spend('a', 8, 1)).toBe(1);
      await redis.admin.set(nameOf('a'), 'junk');
      // Two of its share of four, shown as six of eight.
      expect(await take('a', 8)).toMatchObject({ totalHits: 6, isBlocked: false });
      expect(await spend('a', 8, 8)).toBe(2);
      expect(await take('a', 8)).toMatchObject({ totalHits: 8, isBlocked: true });
    });

    it('uses its share for a single key that Redis rejects', async () => {
      const allow = (...keys: string[]) =>
        redis.admin.call('ACL', 'SETUSER', 'some', 'reset', 'on', '>secret', ...keys, '&*', '+@all');
      await allow('~*');
      const { spend, link, clock } = await connect('some:secret');
      expect(await spend('c', 4, 3)).toBe(3);
      await allow('~chameleon:window:judge:*', '~chameleon:window:b');
      expect(await spend('a', 4, 5)).toBe(2);
      expect(await spend('c', 4, 1)).toBe(0);
      expect(await spend('b', 4, 5)).toBe(4);
      expect(link.isDegraded).toBe(false);
      await allow('~*');
      clock.advance(WINDOW_MS);
      expect(await spend('a', 4, 5)).toBe(2);
      clock.advance(RETURN_MS);
      await redis.admin.flushall();
      expect(await spend('a', 4, 5)).toBe(4);
    });

    it('shares the limit while Redis is unavailable, and applies both limits for a window afterwards', async () => {
      const [one, two] = [await connect(), await connect()];
      const { storage, take, spend, clock, link } = one;
      await redis.service.kill();
      await eventually('both have noticed', () => link.isDegraded && two.link.isDegraded);
      expect(await storage.peek(budget('a', 4))).toMatchObject({ totalHits: 2, isBlocked: false });
      expect(await take('a', 4)).toMatchObject({ totalHits: 3, isBlocked: false });
      expect(await take('a', 4)).toMatchObject({ totalHits: 4, isBlocked: false });
      expect(await take('a', 4)).toMatchObject({ totalHits: 4, isBlocked: true });
      expect(await storage.peek(budget('a', 4))).toMatchObject({ totalHits: 4, isBlocked: true });

      await redis.service.start();
      await eventually('both have noticed', () => !link.isDegraded && !two.link.isDegraded);
      expect(await spend('a', 4, 3)).toBe(0);
      // Requests that the other instance accepted in Redis count too, but not against this instance's share.
      two.clock.advance(RETURN_MS);
      expect(await two.spend('b', 4, 4)).toBe(4);
      expect(await take('b', 4)).toMatchObject({ totalHits: 4, isBlocked: true });
      await redis.admin.flushall();
      expect(await spend('b', 4, 3)).toBe(2);
      // The response shows the limit with less left.
      expect(await two.spend('c', 20, 3)).toBe(3);
      expect(await take('c', 20)).toMatchObject({ totalHits: 11, isBlocked: false });
      expect(await two.spend('c', 20, 12)).toBe(12);
      expect(await take('c', 20)).toMatchObject({ totalHits: 17, isBlocked: false });

      clock.advance(RETURN_MS - 1_000);
      expect(await spend('d', 4, 5)).toBe(2);
      clock.advance(1_000);
      expect(await spend('e', 4, 5)).toBe(4);
    });
  });
});

describe('windows in memory only', () => {
  const create = () => {
    const settings = parseEnv({});
    const clock = new TestClock();
    const link = new RedisLink(settings, clock);
    return new WindowStorage(clock, link, new RedisWindowStorage(link, settings, clock), HALF);
  };

  it('have the whole limit, and return their result synchronously', () => {
    const storage = create();
    expect(storage.take(budget('a', 2))).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(storage.peek(budget('a', 2))).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(storage.take(budget('a', 2))).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(storage.take(budget('a', 2))).toMatchObject({ totalHits: 2, isBlocked: true });
  });

  it('also count through the interface of the throttler library', async () => {
    const storage = create();
    await storage.increment('a', 60_000, 2, 1, 'standard');
    expect(await storage.increment('a', 60_000, 2, 1, 'standard')).toMatchObject({ totalHits: 2 });
  });

  it('are bounded in number for addresses, of which a client can have many, but not for users', () => {
    const storage = create();
    for (const policy of ['standard', 'anonymous'])
      for (let i = 0; i < 100_001; i++) void storage.take(budget(`${policy} ${i}`, 9, policy));
    const hits = (policy: string, i: number) => storage.peek(budget(`${policy} ${i}`, 9, policy));
    expect(hits('standard', 0)).toMatchObject({ totalHits: 1 });
    expect(hits('anonymous', 0)).toMatchObject({ totalHits: 0 });
    expect(hits('anonymous', 1)).toMatchObject({ totalHits: 1 });
  });
});
