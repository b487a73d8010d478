import type { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { WrongNodeError } from './redis-failure.js';
import { RedisProbe } from './redis-probe.js';
import { assertStandalone, evictionPolicyIn } from './server-info.js';
import type { ReplyWatchdog } from './reply-watchdog.js';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const MOVED = reply('MOVED 3999 127.0.0.1:6381');
const STANDALONE = 'redis_version:7.0.15\r\nredis_mode:standalone\r\n';

function setUp() {
  const lines: string[] = [];
  const probe = new RedisProbe(
    { wait: <T>(command: Promise<T>) => command } as ReplyWatchdog,
    { warn: (line: string) => void lines.push(line) } as unknown as Logger,
  );
  const runs: Redis[] = [];
  probe.setProbe(async (client) => void runs.push(client));
  /** Returns a fake connection to a server with this reply to `INFO`. */
  const connect = (info: string | Error) => {
    const client = { infoCalls: 0, info: async () => (client.infoCalls++, replyTo(info)) };
    return client as unknown as Redis & { infoCalls: number };
  };
  return { probe, lines, runs, connect };
}

const replyTo = (info: string | Error): string => {
  if (typeof info === 'string') return info;
  throw info;
};

it('inspects a server once, and runs the script at every check', async () => {
  const { probe, runs, connect } = setUp();
  const [one, two] = [connect(STANDALONE), connect(STANDALONE)];
  for (const client of [one, one, two, two, one]) await probe.check(client);
  expect(runs).toEqual([one, one, two, two, one]);
  expect([one.infoCalls, two.infoCalls]).toEqual([2, 1]);
});

it('throws the error of the script', async () => {
  const { probe, connect } = setUp();
  probe.setProbe(() => Promise.reject(reply('OOM')));
  await expect(probe.check(connect(STANDALONE))).rejects.toThrow('OOM');
});

it.each([
  ['cluster', /Cluster/],
  ['sentinel', /Sentinel/],
])('does not run the script on a %s', async (mode, message) => {
  const { probe, runs, connect } = setUp();
  await expect(probe.check(connect(`redis_mode:${mode}\r\n`))).rejects.toThrow(message);
  expect(runs).toEqual([]);
});

it('accepts a server that rejects INFO, and inspects it again', async () => {
  const { probe, runs, connect } = setUp();
  const client = connect(reply('NOPERM'));
  await probe.check(client);
  await probe.check(client);
  expect([runs.length, client.infoCalls]).toEqual([2, 2]);
});

it('does not run the script when the connection fails during the inspection', async () => {
  const { probe, runs, connect } = setUp();
  await expect(probe.check(connect(new Error('Connection is closed.')))).rejects.toThrow('closed');
  expect(runs).toEqual([]);
});

describe('a server that replies like a node of a cluster', () => {
  it('is unusable until INFO shows a standalone server', async () => {
    const { probe, runs, connect } = setUp();
    const silent = connect(reply('NOPERM'));
    await probe.check(silent);
    expect(probe.recordClusterReply(silent, MOVED)).toBe(true);
    await expect(probe.check(connect(reply('NOPERM')))).rejects.toBe(MOVED);
    expect(runs).toHaveLength(1);
    await probe.check(connect(STANDALONE));
    await probe.check(connect(reply('NOPERM')));
    expect(runs).toHaveLength(3);
  });

  it('is also recognized by its reply to the script', async () => {
    const { probe, connect } = setUp();
    probe.setProbe(() => Promise.reject(MOVED));
    await expect(probe.check(connect(reply('NOPERM')))).rejects.toBe(MOVED);
    probe.setProbe(() => Promise.resolve());
    await expect(probe.check(connect(reply('NOPERM')))).rejects.toBe(MOVED);
  });

  it('is usable when its INFO shows a standalone server', async () => {
    const { probe, connect } = setUp();
    const client = connect(STANDALONE);
    await probe.check(client);
    expect(probe.recordClusterReply(client, MOVED)).toBe(false);
    expect(probe.recordClusterReply(null, MOVED)).toBe(false);
    expect(probe.recordClusterReply(connect(STANDALONE), reply('OOM'))).toBe(false);
  });
});

it('warns once about each eviction policy', async () => {
  const { probe, lines, connect } = setUp();
  const full = (policy: string) => connect(`${STANDALONE}maxmemory:100\r\nmaxmemory_policy:${policy}\r\n`);
  for (const policy of ['allkeys-lru', 'allkeys-lru', 'volatile-ttl', 'noeviction', 'volatile-ttl'])
    await probe.check(full(policy));
  expect(lines.map((line) => /policy (\S+)\)/.exec(line)?.[1])).toEqual([
    'allkeys-lru',
    'volatile-ttl',
    'volatile-ttl',
  ]);
});

it.each([
  ['maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n', null],
  ['maxmemory:1024\r\nmaxmemory_policy:noeviction\r\n', null],
  ['maxmemory:1024\r\nmaxmemory_policy:allkeys-lfu\r\n', 'allkeys-lfu'],
  ['maxmemory:1024\r\nmaxmemory_policy:volatile-random\r\n', 'volatile-random'],
  ['', null],
])('reads the eviction policy from %j: %s', (info, policy) => expect(evictionPolicyIn(info)).toBe(policy));

it('treats a server without a mode as standalone', () => {
  expect(() => assertStandalone('redis_version:5.0.0\r\n')).not.toThrow();
  expect(() => assertStandalone('x_redis_mode:cluster\r\n')).not.toThrow();
  expect(() => assertStandalone('redis_version:7\r\nredis_mode:cluster\r\n')).toThrow(WrongNodeError);
});
