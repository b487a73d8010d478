import { jest } from '@jest/globals';
import { parseEnv } from '../../src/settings/index.js';
import type {
  InvalidationBus,
  InvalidationFeedReader,
  InvalidationListener,
} from '../../src/invalidation/index.js';
import { RedisHintRelay } from '../../src/invalidation/redis-hint.relay.js';
import { RedisUnavailableError, RedisLink } from '../../src/redis/index.js';
import { eventually } from '../support/eventually.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';
import { TestClock } from '../support/test-clock.js';

const CHANNEL = 'chameleon:changes';
const AWAY = 'Until Redis works again, each instance applies its share of the rate limits.';

let redis: PrivateRedis;
let log: LogLines;
const cleanups: (() => void)[] = [];

async function connect(url = redis.url()) {
  const clock = new TestClock();
  const link = new RedisLink(parseEnv({ REDIS_URL: url }), clock);
  cleanups.push(() => link.onApplicationShutdown());
  await link.onModuleInit();
  return { clock, link };
}

const ping = (link: RedisLink) => link.runScript((client) => client.ping());
const connections = async (): Promise<number> =>
  String(await redis.admin.client('LIST'))
    .trim()
    .split('\n').length;

beforeEach(() => {
  log = LogLines.record();
});

afterEach(() => {
  jest.restoreAllMocks();
  log.stop();
  for (const end of cleanups.splice(0)) end();
});

it('is unused without REDIS_URL', async () => {
  const link = new RedisLink(parseEnv({}), new TestClock());
  await link.onModuleInit();
  expect([link.isConfigured, link.isDegraded]).toEqual([false, false]);
  await expect(ping(link)).rejects.toBeInstanceOf(RedisUnavailableError);
  link.onApplicationShutdown();
});

describeWithRedis('the link to Redis', () => {
  beforeEach(async () => {
    redis = await PrivateRedis.start();
  });

  afterEach(() => redis.remove());

  it('works from the start, with no outage recorded', async () => {
    const { link } = await connect();
    expect([link.isConfigured, link.isDegraded, link.wasUnavailableWithin(1e12)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await ping(link)).toBe('PONG');
    expect(log.lines).toEqual([]);
  });

  it('leaves no connection open', async () => {
    const { link } = await connect();
    expect(await connections()).toBe(2);
    link.onApplicationShutdown();
    await eventually('the connection is closed', async () => (await connections()) === 1);
  });

  it('waits for Redis at the start, and fails on a problem that only an operator can solve', async () => {
    await redis.admin.config('SET', 'requirepass', 'secret');
    await redis.admin.auth('secret');
    await expect(connect()).rejects.toThrow(/requires a password/);
    await eventually('the connection is closed', async () => (await connections()) === 1);
    // The failed start reports the error itself.
    expect(log.lines).toEqual([]);
    expect((await connect(redis.url(':secret'))).link.isDegraded).toBe(false);
  });

  it('starts while Redis is unavailable, and logs its recovery', async () => {
    await redis.service.kill();
    const { link, clock } = await connect();
    expect([link.isDegraded, link.wasUnavailableWithin(0)]).toEqual([true, true]);
    expect(log.lines).toEqual([expect.stringMatching(/^Redis is unreachable: .*ECONNREFUSED/)]);
    const command = jest.fn<() => Promise<void>>();
    await expect(link.runScript(command)).rejects.toBeInstanceOf(RedisUnavailableError);
    await expect(link.send(command)).rejects.toBeInstanceOf(RedisUnavailableError);
    expect(command).not.toHaveBeenCalled();

    await redis.service.start();
    await eventually('Redis is available', () => !link.isDegraded);
    expect(log.lines[1]).toBe('Redis is working again.');
    expect([link.wasUnavailableWithin(0), link.wasUnavailableWithin(60_000)]).toEqual([false, true]);
    clock.advance(60_000);
    expect(link.wasUnavailableWithin(60_000)).toBe(false);
  });

  it('times out for all waiting commands after 200 ms if Redis hangs', async () => {
    const { link } = await connect();
    redis.service.hang();
    const waiting = [ping(link), ping(link), link.send((client) => client.ping())];
    for (const each of waiting) await expect(each).rejects.toBeInstanceOf(RedisUnavailableError);
    expect(link.isDegraded).toBe(true);
    expect(log.lines).toEqual([`Redis is unreachable: no reply for 200 ms. ${AWAY}`]);
    redis.service.goOn();
    await eventually('Redis is available', () => !link.isDegraded);
  });

  it('logs only one line for a connection that is lost and restored at once', async () => {
    const { link } = await connect();
    await redis.admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually('the connection is restored', () => log.lines.length > 0);
    expect(link.wasUnavailableWithin(60_000)).toBe(true);
    expect(log.lines).toEqual(['The connection to Redis was lost and has been restored.']);
  });

  it('checks every second, even without requests', async () => {
    const { link } = await connect();
    await redis.admin.call('CONFIG', 'SET', 'min-replicas-to-write', '1');
    link.setProbe((client) => client.set('judge', '1'));
    await eventually('the problem is detected', () => link.isDegraded);
    expect(log.lines).toEqual([expect.stringMatching(/too few replicas/)]);
  });

  it('treats a rejected command as an outage only if all commands are rejected', async () => {
    const { link, clock } = await connect();
    const rejected = () => link.runScript((client) => client.call('NOSUCH'));
    await expect(rejected()).rejects.toBeInstanceOf(RedisUnavailableError);
    await eventually('the rejection has been checked', () => log.lines.length > 0);
    expect(log.lines).toEqual([
      expect.stringMatching(/^Redis rejects some rate-limit checks\. .*NOSUCH|rate-limit script/),
    ]);
    expect([link.isDegraded, link.wasUnavailableWithin(60_000)]).toEqual([false, false]);
    // At most one check in a tenth of a second, whatever is rejected.
    const judge = jest.fn<() => Promise<void>>().mockResolvedValue();
    link.setProbe(judge);
    clock.advance(100);
    for (let i = 0; i < 10; i++) await expect(rejected()).rejects.toBeInstanceOf(RedisUnavailableError);
    await eventually('the rejection has been checked', () => judge.mock.calls.length > 0);
    expect(judge.mock.calls.length).toBeLessThanOrEqual(2);
    judge.mockRejectedValue(Object.assign(new Error('OOM'), { name: 'ReplyError' }));
    clock.advance(100);
    await expect(rejected()).rejects.toBeInstanceOf(RedisUnavailableError);
    await eventually('Redis counts as unavailable', () => link.isDegraded);
  });

  it('passes on the rejection of a message and keeps working', async () => {
    const { link } = await connect();
    await expect(link.send((client) => client.call('NOSUCH'))).rejects.toThrow(/unknown command/);
    expect(link.isDegraded).toBe(false);
    expect(log.lines).toEqual([]);
  });

  it('disconnects at once from a server that responds like a cluster node', async () => {
    await redis.admin.call('ACL', 'SETUSER', 'mute', 'reset', 'on', '>secret', '~*', '&*', '+@all', '-info');
    const { link } = await connect(redis.url('mute:secret'));
    const moved = Object.assign(new Error('MOVED 1 host:1'), { name: 'ReplyError' });
    await expect(link.runScript(() => Promise.reject(moved))).rejects.toBeInstanceOf(RedisUnavailableError);
    expect(link.isDegraded).toBe(true);
    expect(log.lines).toEqual([expect.stringMatching(/Redis Cluster node/)]);
  });
});

describeWithRedis('messages about changes', () => {
  /** Runs the periodic check of `RedisHintRelay`, which is due every five seconds. */
  let checkMessages: () => void;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
  });

  // The subscribers of the previous test are gone.
  beforeEach(() => eventually('all subscribers are gone', async () => (await listeners()) === 0));

  afterAll(() => redis.remove());

  async function start(url = redis.url(), prefix = 'chameleon') {
    const settings = parseEnv({ REDIS_URL: url, REDIS_PREFIX: prefix });
    const clock = new TestClock();
    const link = new RedisLink(settings, clock);
    await link.onModuleInit();
    const received = { hints: 0 };
    let listener: InvalidationListener | null = null;
    const bus = {
      subscribe: (subscriber: InvalidationListener) => (listener = subscriber),
    } as unknown as InvalidationBus;
    const feed = { hint: () => void received.hints++ } as unknown as InvalidationFeedReader;
    const messages = new RedisHintRelay(settings, clock, link, bus, feed);
    const timers = jest.spyOn(globalThis, 'setInterval');
    messages.onModuleInit();
    const [callback, milliseconds] = timers.mock.calls.at(-1)!;
    expect(milliseconds).toBe(5_000);
    checkMessages = callback;
    timers.mockRestore();
    cleanups.push(() => {
      messages.onApplicationShutdown();
      link.onApplicationShutdown();
    });
    const channel = `${prefix}:changes`;
    await eventually('a subscriber is connected', async () => (await listeners(channel)) > 0);
    return { received, publish: () => listener?.invalidated([], 'local'), messages, link };
  }

  const listeners = async (channel = CHANNEL): Promise<number> =>
    ((await redis.admin.call('PUBSUB', 'NUMSUB', channel)) as [string, number])[1];

  it('reach every instance of the installation, and no other', async () => {
    const [one, two, other] = [await start(), await start(), await start(redis.url(), 'other')];
    await eventually('both are subscribed', async () => (await listeners()) === 2);
    one.publish();
    await eventually('both have received it', () => one.received.hints === 1 && two.received.hints === 1);
    expect(other.received.hints).toBe(0);
    one.messages.onApplicationShutdown();
    await eventually('one is subscribed', async () => (await listeners()) === 1);
    expect(log.lines).toEqual([]);
  });

  it('give no hints and cost one log line if strangers send them', async () => {
    const { received, publish } = await start();
    for (const junk of ['junk', '', '[ ]', '[]x']) await redis.admin.publish(CHANNEL, junk);
    publish();
    await eventually('the message after them has arrived', () => received.hints > 0);
    expect(received.hints).toBe(1);
    expect(log.lines).toEqual([
      expect.stringMatching(/Another program is writing to the Redis channel chameleon:changes/),
    ]);
  });

  it('are received on another connection if they do not arrive', async () => {
    const network = await FlakyNetwork.to('127.0.0.1', redis.port);
    const { received, publish } = await start(`redis://127.0.0.1:${network.port}`);
    checkMessages();
    await eventually('the test message has arrived', () => received.hints === 1);
    network.stallMatching(/subscribe/i);
    // A message received since the last check proves that messages arrive.
    checkMessages();
    checkMessages();
    await eventually('the line is logged', () => log.lines.length > 0);
    expect(log.lines).toEqual([
      "Messages on the Redis channel chameleon:changes aren't arriving. Until this is fixed, changes can take up to a second to reach all instances.",
    ]);
    await eventually('a change has arrived', () => {
      publish();
      return received.hints > 1;
    });
    expect(log.lines[1]).toBe('Messages about changes are arriving through Redis again.');
    await network.close();
  });

  it('cost one log line if Redis rejects them, and another once it accepts them again', async () => {
    const user = ['ACL', 'SETUSER', 'me', 'reset', 'on', '>secret', '~*', '+@all'] as const;
    await redis.admin.call(...user, 'allchannels');
    const { received, publish, link } = await start(redis.url('me:secret'));
    await redis.admin.call(...user, '-publish', 'allchannels');
    for (let i = 0; i < 3; i++) publish();
    await eventually('the line is logged', () => log.lines.length > 0);
    await redis.admin.call(...user, 'allchannels');
    publish();
    await eventually('the message has arrived', () => received.hints > 0 && log.lines.length > 1);
    expect(log.lines).toEqual([
      expect.stringMatching(/^Redis rejects messages to the channel chameleon:changes: .*permission/i),
      'Messages about changes are arriving through Redis again.',
    ]);
    expect(link.isDegraded).toBe(false);
  });

  it('are optional: they need no Redis', async () => {
    const settings = parseEnv({});
    const subscribe = jest.fn();
    const link = new RedisLink(settings, new TestClock());
    const messages = new RedisHintRelay(
      settings,
      new TestClock(),
      link,
      { subscribe } as unknown as InvalidationBus,
      {} as InvalidationFeedReader,
    );
    messages.onModuleInit();
    messages.onApplicationShutdown();
    expect(subscribe).not.toHaveBeenCalled();
  });
});
