import { Controller, Get, Module } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { Authenticated, Public, SessionOnly } from '../../src/common/access/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import {
  policyAndRemaining,
  expectProblem,
  rateLimitHeaders,
  type ReceivedResponse,
} from '../support/problem.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

@Authenticated()
@Controller('orders')
class OrdersController {
  @Throttle({ orders: { limit: 3, ttl: 10_000 } })
  @Get()
  list(): void {}

  @Throttle({ orders: { limit: 3, ttl: 10_000 } })
  @Get('same-name')
  sameName(): void {}

  @Throttle({ burst: { limit: 2, ttl: 10_000 }, long: { limit: 3, ttl: 3_600_000 } })
  @Get('two')
  two(): void {}

  @Throttle({ default: { limit: 2, ttl: 60_000 } })
  @Get('default')
  findOne(): void {}

  @ApiOperation({ operationId: 'exportOrders' })
  @Throttle({ default: { limit: 9, ttl: 60_000 } })
  @Get('named')
  named(): void {}

  @Throttle({ wide: { limit: 1_000, ttl: 60_000 } })
  @Get('wide')
  wide(): void {}

  @SkipThrottle()
  @Get('skipped')
  skipped(): void {}

  @Throttle({ people: { limit: 5, ttl: 60_000 } })
  @SessionOnly()
  @Get('people')
  users(): void {}
}

@Authenticated()
@Throttle({ reports: { limit: 1, ttl: 60_000 }, drafts: { limit: 7, ttl: 60_000 } })
@Controller('reports')
class ReportsController {
  @Get()
  list(): void {}

  @SkipThrottle()
  @Get('skipped')
  skipped(): void {}

  @SkipThrottle({ reports: true })
  @Get('drafts')
  drafts(): void {}
}

@Public()
@SkipThrottle()
@Controller('news')
class NewsController {
  @Get()
  list(): void {}

  @Throttle({ news: { limit: 2, ttl: 60_000 } })
  @Get('limited')
  limited(): void {}
}

@Module({ controllers: [OrdersController, ReportsController, NewsController] })
class ThrottledModule {}

const left = (response: ReceivedResponse): unknown => response.headers['ratelimit'];

function windowsOf(which: string, redisUrl: () => string | undefined): void {
  describe(`windows of a route, ${which}`, () => {
    let app: TestApp;

    beforeAll(async () => {
      const url = redisUrl();
      const env = { RATE_LIMIT_STANDARD: '20', RATE_LIMIT_ANONYMOUS: '20', ...(url && { REDIS_URL: url }) };
      app = await TestApp.start(DATABASES[0]!, { env, imports: [ThrottledModule] });
    });

    afterAll(() => app.stop());

    const get = (path: string, headers: Record<string, string>) =>
      app.http.get(`/api/v1/${path}`).set(headers);

    it("apply in addition to the caller's rate limit, which comes first in the headers", async () => {
      const { key } = await app.createCaller();
      const response = await get('orders', { 'X-API-Key': key }).expect(200);
      expect(rateLimitHeaders(response)).toEqual({
        'ratelimit-policy': '"standard";q=20;w=60, "orders";q=3;w=10',
        ratelimit: '"standard";r=19;t=60, "orders";r=2;t=10',
        'x-ratelimit-limit': '3',
        'x-ratelimit-remaining': '2',
        'x-ratelimit-reset': '10',
      });
      expect(response.headers['retry-after']).toBeUndefined();
    });

    it("deny requests without using up the caller's rate limit", async () => {
      const { key } = await app.createCaller();
      const request = () => get('orders', { 'X-API-Key': key });
      for (let i = 0; i < 3; i++) await request().expect(200);
      const denied = await request();
      const problem = expectProblem(denied, 429, 'rate_limit_exceeded');
      expect(problem['violated-policies']).toEqual(['orders']);
      expect(problem.detail).not.toMatch(/role/);
      const seconds = Number(denied.headers['retry-after']);
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(10);
      expect(left(denied)).toMatch(new RegExp(`^"standard";r=17;t=\\d+, "orders";r=0;t=${seconds}$`));
      expect(denied.headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0' });
      expect(policyAndRemaining(await get('me', { 'X-API-Key': key }))).toBe('standard 16');
    });

    it("do not count requests that the caller's rate limit denies", async () => {
      const { key } = await app.createCaller();
      for (let i = 0; i < 19; i++) await get('me', { 'X-API-Key': key }).expect(200);
      await get('orders', { 'X-API-Key': key }).expect(200);
      for (let i = 0; i < 3; i++) {
        const denied = await get('orders', { 'X-API-Key': key });
        expect(expectProblem(denied, 429, 'rate_limit_exceeded')['violated-policies']).toEqual(['standard']);
        expect(left(denied)).toMatch(/^"standard";r=0;t=\d+, "orders";r=2;t=\d+$/);
        expect(denied.headers).toMatchObject({ 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0' });
      }
    });

    it('do not count requests that a later window of the route denies', async () => {
      const { key } = await app.createCaller();
      const request = () => get('orders/two', { 'X-API-Key': key });
      for (let i = 0; i < 2; i++) await request().expect(200);
      expect(left(await request())).toMatch(/^"standard";r=18;t=\d+, "burst";r=0;t=\d+, "long";r=1;t=\d+$/);
      if (which === 'with Redis') return;
      app.clock.advance(10_000);
      await request().expect(200);
      const denied = await request();
      expect(expectProblem(denied, 429, 'rate_limit_exceeded')['violated-policies']).toEqual(['long']);
      expect(left(denied)).toMatch(/^"standard";r=17;t=\d+, "burst";r=1;t=\d+, "long";r=0;t=35\d\d$/);
      expect(Number(denied.headers['retry-after'])).toBeGreaterThan(3_500);
    });

    it("are named together with the caller's rate limit if both deny, with the longer wait", async () => {
      const { key } = await app.createCaller();
      for (let i = 0; i < 18; i++) await get('me', { 'X-API-Key': key }).expect(200);
      for (let i = 0; i < 2; i++) await get('orders/two', { 'X-API-Key': key }).expect(200);
      const denied = await get('orders/two', { 'X-API-Key': key });
      const problem = expectProblem(denied, 429, 'rate_limit_exceeded');
      expect(problem['violated-policies']).toEqual(['standard', 'burst']);
      const [, wait] = /^"standard";r=0;t=(\d+), "burst";r=0;t=\d+, "long";r=1;t=\d+$/.exec(
        String(left(denied)),
      )!;
      expect(Number(wait)).toBeGreaterThan(10);
      expect([denied.headers['retry-after'], denied.headers['x-ratelimit-reset']]).toEqual([wait, wait]);
    });

    it('count per route and caller, over all keys and sessions', async () => {
      const { user, key } = await app.createCaller();
      const second = await app.createKey(user);
      const cookie = await app.signIn(user.email);
      await get('orders', { 'X-API-Key': key }).expect(200);
      await get('orders', { 'X-API-Key': second.key }).expect(200);
      const bySession = await get('orders', { Cookie: cookie }).expect(200);
      expect(left(bySession)).toMatch(/^"session";r=599;t=60, "orders";r=0;t=\d+$/);
      await get('orders', { 'X-API-Key': key }).expect(429);
      await get('orders/same-name', { 'X-API-Key': key }).expect(200);
      const other = await app.createCaller();
      await get('orders', { 'X-API-Key': other.key }).expect(200);
    });

    it('count per address for unauthenticated requests', async () => {
      for (let i = 0; i < 3; i++) expectProblem(await get('orders', {}), 401, 'credentials_missing');
      const denied = await get('orders', {});
      expect(expectProblem(denied, 429, 'rate_limit_exceeded')['violated-policies']).toEqual(['orders']);
      const { key } = await app.createCaller();
      await get('orders', { 'X-API-Key': key }).expect(200);
    });

    it("count before the access check, like the caller's rate limit", async () => {
      const { key } = await app.createCaller();
      const denied = await get('orders/people', { 'X-API-Key': key });
      expectProblem(denied, 403, 'forbidden');
      expect(left(denied)).toBe('"standard";r=19;t=60, "people";r=4;t=60');
    });

    it('are named after the operation if their name is default', async () => {
      const { key } = await app.createCaller();
      expect(left(await get('orders/default', { 'X-API-Key': key }))).toBe(
        '"standard";r=19;t=60, "findOrder";r=1;t=60',
      );
      expect(left(await get('orders/named', { 'X-API-Key': key }))).toMatch(/, "exportOrders";r=8;t=60$/);
    });

    it('report the window with the fewest remaining requests in the X-RateLimit headers', async () => {
      const { key } = await app.createCaller();
      const response = await get('orders/wide', { 'X-API-Key': key });
      expect(response.headers).toMatchObject({ 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '19' });
    });

    it("are skipped by @SkipThrottle(), all or by name, but the caller's rate limit never is", async () => {
      const { key } = await app.createCaller();
      const policies = async (path: string) =>
        (await get(path, { 'X-API-Key': key }).expect(200)).headers['ratelimit-policy'];
      expect(await policies('reports')).toBe('"standard";q=20;w=60, "reports";q=1;w=60, "drafts";q=7;w=60');
      expect(await policies('reports/drafts')).toBe('"standard";q=20;w=60, "drafts";q=7;w=60');
      expect(await policies('reports/skipped')).toBe('"standard";q=20;w=60');
      expect(await policies('orders/skipped')).toBe('"standard";q=20;w=60');
      await get('reports', { 'X-API-Key': key }).expect(429);
    });

    it('are the only limits on a public route with @SkipThrottle()', async () => {
      for (let i = 0; i < 25; i++) expect(rateLimitHeaders(await get('news', {}).expect(200))).toEqual({});
      const response = await get('news/limited', {}).expect(200);
      expect(response.headers['ratelimit-policy']).toBe('"anonymous";q=20;w=60, "news";q=2;w=60');
      await get('news/limited', {}).expect(200);
      await get('news/limited', {}).expect(429);
    });
  });
}

windowsOf('in memory', () => undefined);

describeWithRedis('shared by instances', () => {
  let redis: PrivateRedis;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
  });

  afterAll(() => redis.remove());

  windowsOf('with Redis', () => redis.url());

  it('stores one list per window and subject, which all instances share', async () => {
    await redis.admin.flushall();
    const database = await DATABASES[0]!.create();
    const options = { env: { REDIS_URL: redis.url() }, imports: [ThrottledModule] };
    const one = await TestApp.start(DATABASES[0]!, { ...options, database });
    const { user, key } = await one.createCaller();
    const other = await TestApp.start(DATABASES[0]!, options);
    try {
      await one.http.get('/api/v1/orders').set('X-API-Key', key).expect(200);
      const keys = await redis.admin.keys('chameleon:window:*');
      expect(keys.filter((name) => !name.includes(':judge:')).sort()).toEqual([
        `chameleon:window:keys:${user.id}`,
        `chameleon:window:route:OrdersController.list:orders:${user.id}`,
      ]);
      for (let i = 0; i < 2; i++) await one.http.get('/api/v1/orders').expect(401);
      await other.http.get('/api/v1/orders').expect(401);
      await other.http.get('/api/v1/orders').expect(429);
      await one.http.get('/api/v1/orders').expect(429);
    } finally {
      await other.stop();
      await one.stop();
      await database.drop();
      // The tests above use the same address.
      await redis.admin.flushall();
    }
  });
});
