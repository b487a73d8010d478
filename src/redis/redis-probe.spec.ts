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
  const judge = new RedisProbe(
    { wait: <T>(command: Promise<T>) => command } as ReplyWatchdog,
    { warn: (line: string) => void lines.push(line) } as unknown as Logger,
  );
  const runs: Redis[] = [];
  judge.setProbe(async (client) => void runs.push(client));
  /** A connection to a server that says this of itself. */
  const connect = (info: string | Error) => {
    const client = { asked: 0, info: async () => (client.asked++, answer(info)) };
    return client as unknown as Redis & { asked: number };
  };
  return { judge, lines, runs, connect };
}

const answer = (info: string | Error): string => {
  if (typeof info === 'string') return info;
  throw info;
};

it('asks a server once what it is, and runs the script at every look', async () => {
  const { judge, runs, connect } = setUp();
  const [one, two] = [connect(STANDALONE), connect(STANDALONE)];
  for (const client of [one, one, two, two, one]) await judge.judge(client);
  expect(runs).toEqual([one, one, two, two, one]);
  expect([one.asked, two.asked]).toEqual([2, 1]);
});

it('throws what the script meets', async () => {
  const { judge, connect } = setUp();
  judge.setProbe(() => Promise.reject(reply('OOM')));
  await expect(judge.judge(connect(STANDALONE))).rejects.toThrow('OOM');
});

it.each([
  ['cluster', /Cluster/],
  ['sentinel', /Sentinel/],
])('runs no script on a %s', async (mode, says) => {
  const { judge, runs, connect } = setUp();
  await expect(judge.judge(connect(`redis_mode:${mode}\r\n`))).rejects.toThrow(says);
  expect(runs).toEqual([]);
});

it('lets a server pass that does not say what it is, and asks it again', async () => {
  const { judge, runs, connect } = setUp();
  const client = connect(reply('NOPERM'));
  await judge.judge(client);
  await judge.judge(client);
  expect([runs.length, client.asked]).toEqual([2, 2]);
});

it('judges nothing when the question itself gets lost', async () => {
  const { judge, runs, connect } = setUp();
  await expect(judge.judge(connect(new Error('Connection is closed.')))).rejects.toThrow('closed');
  expect(runs).toEqual([]);
});

describe('a server that answers as a node of a cluster does', () => {
  it('is of no use until one says that it is none', async () => {
    const { judge, runs, connect } = setUp();
    const silent = connect(reply('NOPERM'));
    await judge.judge(silent);
    expect(judge.convicts(silent, MOVED)).toBe(true);
    await expect(judge.judge(connect(reply('NOPERM')))).rejects.toBe(MOVED);
    expect(runs).toHaveLength(1);
    await judge.judge(connect(STANDALONE));
    await judge.judge(connect(reply('NOPERM')));
    expect(runs).toHaveLength(3);
  });

  it('convicts itself by the script too', async () => {
    const { judge, connect } = setUp();
    judge.setProbe(() => Promise.reject(MOVED));
    await expect(judge.judge(connect(reply('NOPERM')))).rejects.toBe(MOVED);
    judge.setProbe(() => Promise.resolve());
    await expect(judge.judge(connect(reply('NOPERM')))).rejects.toBe(MOVED);
  });

  it('is believed when it has said that it is none, and nothing else convicts', async () => {
    const { judge, connect } = setUp();
    const client = connect(STANDALONE);
    await judge.judge(client);
    expect(judge.convicts(client, MOVED)).toBe(false);
    expect(judge.convicts(null, MOVED)).toBe(false);
    expect(judge.convicts(connect(STANDALONE), reply('OOM'))).toBe(false);
  });
});

it('warns once of a server that forgets limits when it is full, and again of another way', async () => {
  const { judge, lines, connect } = setUp();
  const full = (policy: string) => connect(`${STANDALONE}maxmemory:100\r\nmaxmemory_policy:${policy}\r\n`);
  for (const policy of ['allkeys-lru', 'allkeys-lru', 'volatile-ttl', 'noeviction', 'volatile-ttl'])
    await judge.judge(full(policy));
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
])('finds in %j how keys are removed: %s', (info, policy) => expect(evictionPolicyIn(info)).toBe(policy));

it('takes a server that does not name its mode for a standalone one', () => {
  expect(() => assertStandalone('redis_version:5.0.0\r\n')).not.toThrow();
  expect(() => assertStandalone('x_redis_mode:cluster\r\n')).not.toThrow();
  expect(() => assertStandalone('redis_version:7\r\nredis_mode:cluster\r\n')).toThrow(WrongNodeError);
});
