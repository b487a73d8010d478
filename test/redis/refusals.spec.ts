import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

const LIMIT = 30;
const USER = 'chameleon:secret';

interface Problem {
  readonly name: string;
  /** The reason in the only log line. */
  readonly message: RegExp;
  begin(redis: PrivateRedis): Promise<unknown> | void;
  end(redis: PrivateRedis): Promise<unknown> | void;
}

const setUser = (redis: PrivateRedis, ...rules: string[]) =>
  redis.admin.call('ACL', 'SETUSER', 'chameleon', 'reset', 'on', '>secret', ...rules);
const EVERYTHING = ['~*', '&*', '+@all'];
const allow = (redis: PrivateRedis) => setUser(redis, ...EVERYTHING);

const PROBLEMS: readonly Problem[] = [
  {
    name: 'became a replica in a failover',
    message: /read-only replica/,
    begin: ({ admin, port }) => admin.call('REPLICAOF', '127.0.0.1', String(port)),
    end: ({ admin }) => admin.call('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'no longer lets the user run scripts',
    message: /permission/,
    begin: (redis) => setUser(redis, '~*', '&*', '+@all', '-evalsha', '-eval'),
    end: allow,
  },
  {
    name: 'no longer lets the user write',
    message: /permission/,
    begin: (redis) => setUser(redis, '~*', '&*', '+@all', '-@write'),
    end: allow,
  },
  {
    name: 'no longer lets the user access the keys',
    message: /permission/,
    begin: (redis) => setUser(redis, '~other:*', '&*', '+@all'),
    end: allow,
  },
  {
    name: 'no longer knows the user',
    message: /user or password/,
    begin: ({ admin }) => admin.call('ACL', 'DELUSER', 'chameleon'),
    end: allow,
  },
  {
    name: 'is full',
    message: /out of memory/,
    begin: ({ admin }) => admin.config('SET', 'maxmemory', '1'),
    end: ({ admin }) => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'cannot save its data',
    message: /can't save its data/,
    begin: async ({ admin }) => {
      await admin.config('SET', 'save', '3600 1');
      // A folder in which not even root can create a file.
      await admin.config('SET', 'dir', '/proc');
      await admin.bgsave();
      await eventually('the failed save', async () =>
        (await admin.info('persistence')).includes('rdb_last_bgsave_status:err'),
      );
    },
    end: ({ admin }) => admin.config('SET', 'stop-writes-on-bgsave-error', 'no'),
  },
  {
    name: 'became a replica of an unavailable primary',
    message: /lost the connection to its primary/,
    begin: async ({ admin }) => {
      await admin.config('SET', 'replica-serve-stale-data', 'no');
      await admin.call('REPLICAOF', '127.0.0.1', '1');
    },
    end: ({ admin }) => admin.call('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'lacks the replicas that it wants for a write',
    message: /too few replicas/,
    begin: ({ admin }) => admin.config('SET', 'min-replicas-to-write', '1'),
    end: ({ admin }) => admin.config('SET', 'min-replicas-to-write', '0'),
  },
  {
    name: "runs another program's endless script",
    message: /SCRIPT KILL/,
    begin: async (redis) => {
      await redis.admin.config('SET', 'busy-reply-threshold', '50');
      const other = redis.admin.duplicate();
      other.eval('while true do end', 0).catch(() => other.disconnect());
      await sleep(150);
    },
    end: ({ admin }) => admin.script('KILL'),
  },
  {
    name: 'hangs',
    message: /no reply/,
    begin: ({ service }) => service.hang(),
    end: ({ service }) => service.goOn(),
  },
  {
    name: 'is killed',
    message: /connection|ECONN/,
    begin: ({ service }) => service.kill(),
    end: ({ service }) => service.start(),
  },
];

describeWithRedis('a Redis that is in use and', () => {
  let redis: PrivateRedis;
  let app: TestApp;
  let log: LogLines;

  beforeEach(async () => {
    redis = await PrivateRedis.start(
      ...['--maxmemory-policy', 'noeviction', '--enable-protected-configs', 'yes'],
      // Loaded early, so that sign-in works immediately after the recovery.
      ...['--user', 'chameleon', 'on', '>secret', ...EVERYTHING],
    );
    app = await TestApp.start(DATABASES[0]!, {
      env: { REDIS_URL: redis.url(USER), RATE_LIMIT_STANDARD: String(LIMIT) },
    });
    log = LogLines.record();
  });

  afterEach(async () => {
    log.stop();
    await app.stop();
    await redis.remove();
  });

  const status = async (): Promise<unknown> => {
    const response = await app.http.get('/health/ready');
    return response.status === 200 ? (response.body as { status: string }).status : response.status;
  };

  /** Sends this many requests sequentially. Returns how many were accepted, and the other statuses. */
  async function spend(key: string, count: number): Promise<{ accepted: number; others: number[] }> {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++)
      statuses.push((await app.http.get('/api/v1/me').set('X-API-Key', key)).status);
    const others = statuses.filter((each) => each !== 200 && each !== 429);
    return { accepted: statuses.filter((each) => each === 200).length, others };
  }

  it.each(PROBLEMS)('$name costs one log line, no error and no limit', async ({ message, ...problem }) => {
    const { key } = await app.createCaller();
    const before = await spend(key, 5);
    expect(before).toEqual({ accepted: 5, others: [] });

    await problem.begin(redis);
    // The requests themselves detect the problem, even if no one requests the readiness.
    const during = await spend(key, LIMIT);
    expect(during).toEqual({ accepted: LIMIT - 5, others: [] });
    await eventually('degraded', async () => (await status()) === 'degraded');
    const statuses: unknown[] = [];
    for (let look = 0; look < 24; look++) {
      statuses.push(await status());
      await app.http.get('/api/v1/me').set('X-API-Key', key).expect(429);
      await sleep(75);
    }
    expect(statuses).toEqual(Array(24).fill('degraded'));
    expect(log.about(/Redis/i)).toEqual([expect.stringMatching(message)]);

    await problem.end(redis);
    await eventually('ok', async () => (await status()) === 'ok');
    expect(log.about(/Redis/i)).toHaveLength(2);
    // Requests accepted meanwhile still count.
    expect(await spend(key, 3)).toEqual({ accepted: 0, others: [] });
    await sleep(1_100);
    expect(await status()).toBe('ok');
    expect(log.about(/Redis/i)).toHaveLength(2);
  });
});
