import { DATABASES, type TestDatabase } from '../support/databases.js';
import { Instance, withKey } from '../support/instance.js';
import { describeWithRedis } from '../support/redis.js';
import { freePort } from '../support/server-process.js';

const LIMIT = 60;
const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');

(mariadb ? describeWithRedis : describe.skip)('a process that comes while Redis is away', () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: Instance;

  beforeEach(async () => {
    database = await mariadb!.create();
    env = {
      DATABASE_URL: database.url,
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      RATE_LIMIT_STANDARD: String(LIMIT),
    };
    server = await Instance.start(env);
  }, 60_000);

  afterEach(async () => {
    await server.stop();
    await database.drop();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'serves the whole limit at once in place of an instance that ended by %s',
    async (signal) => {
      const { email, keys } = await server.createCaller('standard');
      await server.stop(signal);
      server = await Instance.start(env);
      // Signing in was denied too.
      await server.signIn(email);
      const statuses: number[] = [];
      for (let i = 0; i < LIMIT + 5; i++)
        statuses.push((await server.request('GET', '/me', withKey(keys[0]!.key))).status);
      expect(statuses).toEqual([...Array<number>(LIMIT).fill(200), ...Array<number>(5).fill(429)]);
    },
    60_000,
  );
});
