import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { Instance, withKey } from '../support/instance.js';
import { mostInAnySpan } from '../support/spans.js';

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const LIMIT = 40;
const WINDOW_MS = 4_000;

/** Sends requests in turn until it is stopped, and records the responses. */
class Load {
  readonly accepted: number[] = [];
  readonly failures: { status: number; at: number; retryAfter: string | null }[] = [];
  denied = 0;
  /** Duration of the slowest request. */
  slowestMs = 0;
  private isStopped = false;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly servers: readonly Instance[],
    private readonly key: string,
    private readonly pauseMs: number,
  ) {}

  start(): this {
    this.running = Promise.all(this.servers.map((server) => this.sendUntilStopped(server)));
    return this;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async sendUntilStopped(server: Instance): Promise<void> {
    while (!this.isStopped) {
      const sentAt = performance.now();
      const { status, headers } = await server.request('GET', '/me', withKey(this.key));
      this.slowestMs = Math.max(this.slowestMs, performance.now() - sentAt);
      if (status === 200) this.accepted.push(performance.now());
      else if (status === 429) this.denied++;
      else {
        this.failures.push({ status, at: performance.now(), retryAfter: headers.get('Retry-After') });
      }
      await sleep(this.pauseMs);
    }
  }
}

const readiness = async (server: Instance): Promise<unknown> =>
  ((await (await fetch(`${server.url}/health/ready`)).json()) as { status: unknown }).status;

(mariadb ? describe : describe.skip)('an outage of Redis', () => {
  let redis: PrivateService;
  let database: TestDatabase;
  let env: Record<string, string>;
  const servers: Instance[] = [];

  beforeAll(async () => {
    redis = await PrivateService.redis();
    await redis.start();
    database = await mariadb!.create();
    env = {
      DATABASE_URL: database.url,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      RATE_LIMIT_STANDARD: String(LIMIT),
      RATE_LIMIT_WINDOW_SECONDS: String(WINDOW_MS / 1_000),
    };
    for (let i = 0; i < 3; i++) servers.push(await Instance.start(env));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await redis.remove();
    await database.drop();
  });

  it('right after the start of three processes denies no user who stays below their shares', async () => {
    const { keys } = await servers[0]!.createCaller('standard');
    await redis.kill();
    const load = new Load(servers, keys[0]!.key, (WINDOW_MS * 3) / LIMIT + 50).start();
    await sleep(WINDOW_MS * 2);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.denied).toBe(0);
    expect(load.accepted.length).toBeGreaterThan(LIMIT);
    await redis.start();
    // For one window after the recovery, a request must pass both limits.
    await sleep(WINDOW_MS + 4_000);
  }, 60_000);

  it('causes no error, and admits at most twice the limit during the change and the limit otherwise', async () => {
    const { keys } = await servers[0]!.createCaller('standard');
    // The others learn of the last instance within one or two heartbeats.
    await sleep(2_500);
    const load = new Load(servers, keys[0]!.key, 15).start();
    await sleep(WINDOW_MS);

    const killedAt = performance.now();
    await redis.kill();
    await sleep(500);
    expect(await readiness(servers[0]!)).toBe('degraded');
    const fourth = await Instance.start(env);
    servers.push(fourth);
    const fourthAt = performance.now();
    const loadOnFourth = new Load([fourth], keys[0]!.key, 15).start();
    await sleep(WINDOW_MS * 2);
    const returnedAt = performance.now();
    await redis.start();
    await sleep(1_500);
    expect(await readiness(servers[0]!)).toBe('ok');
    await sleep(WINDOW_MS * 2);
    await Promise.all([load.stop(), loadOnFourth.stop()]);

    expect([...load.failures, ...loadOnFourth.failures]).toEqual([]);
    const accepted = [...load.accepted, ...loadOnFourth.accepted].sort((a, b) => a - b);
    const span = WINDOW_MS - 50;
    expect(mostInAnySpan(accepted, span)).toBeLessThan(2 * LIMIT);
    const within = (from: number, to: number) => accepted.filter((at) => at >= from && at < to);
    expect(mostInAnySpan(within(0, killedAt), span)).toBeLessThanOrEqual(LIMIT);
    expect(mostInAnySpan(within(killedAt + 500, fourthAt), span)).toBeLessThanOrEqual(LIMIT);
    // A span that includes the fourth's start may include its share too, until the others know of it.
    expect(mostInAnySpan(within(fourthAt + 2_000, returnedAt), span)).toBeLessThanOrEqual(LIMIT);
    expect(loadOnFourth.accepted.length).toBeGreaterThan(0);
    expect(loadOnFourth.accepted[0]! - fourthAt).toBeLessThan(1_000);
    expect(mostInAnySpan(within(returnedAt + 1_500, Infinity), span)).toBeLessThanOrEqual(LIMIT);
    expect(within(killedAt + WINDOW_MS, returnedAt).length).toBeGreaterThan(0);
  }, 90_000);
});

(mariadb ? describe : describe.skip)('an outage of MariaDB', () => {
  let service: PrivateService;
  let server: Instance;

  beforeAll(async () => {
    service = await PrivateService.mariadb();
    await service.start();
    server = await Instance.start({
      DATABASE_URL: `mariadb://root@127.0.0.1:${service.port}/mysql`,
      RATE_LIMIT_STANDARD: '1000000',
      MAX_ACTIVE_KEYS_PER_USER: '1000000',
    });
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await service.remove();
  });

  it('causes 503 responses with Retry-After within a second, loses no confirmed change, and needs no restart', async () => {
    const caller = await server.createCaller('standard', 60);
    const [used, ...others] = caller.keys as [{ id: string; key: string }, ...{ id: string; key: string }[]];
    const session = await server.signIn(caller.email);
    const activeKeys: string[] = [used.key];
    const revoked: string[] = [];
    let isOver = false;
    const create = async () => {
      while (!isOver) {
        const { status, body } = await server.request('POST', '/api-keys', session, { name: 'Under load' });
        if (status === 201) activeKeys.push(body['key'] as string);
        else await sleep(50);
      }
    };
    const revoke = async () => {
      for (const { id, key } of others) {
        if (isOver) return;
        expect((await server.request('GET', '/me', withKey(key))).status).toBe(200);
        const { status } = await server.request('POST', `/api-keys/${id}/revoke`, session);
        if (status !== 200) return;
        revoked.push(key);
      }
    };
    const changes = [create(), create(), revoke().catch(() => undefined)];
    const load = new Load([server], used.key, 5).start();
    await sleep(300);

    const killedAt = performance.now();
    await service.kill();
    await sleep(2_000);
    expect(load.failures.length).toBeGreaterThan(0);
    for (const failure of load.failures) expect(failure).toMatchObject({ status: 503, retryAfter: '1' });
    expect(Math.max(...load.accepted.filter((at) => at > killedAt), killedAt) - killedAt).toBeLessThan(1_100);
    expect(load.slowestMs).toBeLessThan(1_200);
    isOver = true;
    await Promise.all(changes);

    await service.start();
    await sleep(2_000);
    const recovered = load.accepted.length;
    await sleep(500);
    await load.stop();
    expect(load.accepted.length).toBeGreaterThan(recovered);
    expect(activeKeys.length).toBeGreaterThan(1);
    expect(revoked.length).toBeGreaterThan(0);
    for (const key of activeKeys) expect((await server.request('GET', '/me', withKey(key))).status).toBe(200);
    for (const key of revoked) {
      expect((await server.request('GET', '/me', withKey(key))).body).toMatchObject({
        code: 'api_key_revoked',
      });
    }
  }, 90_000);
});
