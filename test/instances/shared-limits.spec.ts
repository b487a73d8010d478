import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { Instance, withKey } from '../support/instance.js';
import { mostInAnySpan } from '../support/spans.js';

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');

(mariadb ? describe : describe.skip).each([
  ['a window of a minute', 60],
  ['a short window', 6],
] as const)('three processes with one MariaDB and one Redis, with %s', (_name, windowSeconds) => {
  let redis: PrivateService;
  let database: TestDatabase;
  let servers: Instance[];

  beforeAll(async () => {
    redis = await PrivateService.redis();
    await redis.start();
    database = await mariadb!.create();
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      RATE_LIMIT_WINDOW_SECONDS: String(windowSeconds),
    };
    servers = await Promise.all([1, 2, 3].map(() => Instance.start(env)));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await redis.remove();
    await database.drop();
  });

  if (windowSeconds === 60) {
    it('accept exactly the limit out of 5,000 simultaneous requests with two keys', async () => {
      const { keys } = await servers[0]!.createCaller('standard', 2);
      const statuses = await Promise.all(
        Array.from({ length: 5_000 }, async (_, i) => {
          const { status } = await servers[i % 3]!.request('GET', '/me', withKey(keys[i % 2]!.key));
          return status;
        }),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(100);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4_900);
    }, 60_000);
    return;
  }

  it('never deny a user who stays just below the limit', async () => {
    const { keys } = await servers[0]!.createCaller('standard', 2);
    const paceMs = (windowSeconds * 1_000) / 100 + 1;
    const denied: number[] = [];
    let next = performance.now();
    for (let i = 0; i < 230; i++) {
      const response = await servers[i % 3]!.request('GET', '/me', withKey(keys[i % 2]!.key));
      if (response.status !== 200) denied.push(i);
      next = Math.max(next + paceMs, performance.now());
      await sleep(Math.max(0, next - performance.now()));
    }
    expect(denied).toEqual([]);
  }, 60_000);

  it('accept at most the limit in any span, even across window boundaries', async () => {
    const { keys } = await servers[0]!.createCaller('standard', 2);
    const accepted: number[] = [];
    const until = performance.now() + windowSeconds * 2_500;
    let requests = 0;
    while (performance.now() < until) {
      const i = requests++;
      const response = await servers[i % 3]!.request('GET', '/me', withKey(keys[i % 2]!.key));
      if (response.status === 200) accepted.push(performance.now());
      // Bursts and pauses, so that accepted requests are not spread evenly.
      if (i % 130 === 129) await sleep(900);
    }
    expect(accepted.length).toBeGreaterThan(200);
    expect(mostInAnySpan(accepted, windowSeconds * 1_000 - 50)).toBeLessThanOrEqual(100);
  }, 60_000);
});
