import { Controller, Get, HttpException, Injectable, Module, type ExecutionContext } from '@nestjs/common';
import { Throttle, ThrottlerStorage, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { Authenticated, type GuardedRequest } from '../../src/common/access/index.js';
import { RoleThrottlerGuard } from '../../src/modules/rate-limit/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';

@Authenticated()
@Controller('orders')
class OrdersController {
  @Throttle({ orders: { limit: 2, ttl: 60_000 } })
  @Get()
  list(): void {}
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

let app: TestApp;

afterEach(() => app.stop());

async function start(
  provide: typeof RoleThrottlerGuard | symbol,
  useClass: new (...args: never[]) => object,
) {
  app = await TestApp.start(DATABASES[0]!, {
    env: { RATE_LIMIT_STANDARD: '3' },
    imports: [OrdersModule],
    overrides: [{ provide, useClass }],
  });
  const one = await app.createCaller();
  const other = await app.createCaller();
  const sendTest = async (path: string, key: string, tenant = 'acme') =>
    (await app.http.get(`/api/v1/${path}`).set('X-API-Key', key).set('X-Tenant', tenant)) as {
      status: number;
      headers: Record<string, string>;
      body: unknown;
    };
  return { one, other, sendTest };
}

it("counts by the result of getTracker(), in the caller's rate limit and the windows of routes", async () => {
  @Injectable()
  class ByTenant extends RoleThrottlerGuard {
    protected override getTracker(request: GuardedRequest): Promise<string> {
      return Promise.resolve(String(request.headers['x-tenant']));
    }
  }
  const { one, other, sendTest } = await start(RoleThrottlerGuard, ByTenant);
  expect((await sendTest('orders', one.key)).headers['ratelimit']).toMatch(/^"standard";r=2;.*"orders";r=1;/);
  expect((await sendTest('orders', other.key)).headers['ratelimit']).toMatch(
    /^"standard";r=1;.*"orders";r=0;/,
  );
  expect((await sendTest('me', one.key)).status).toBe(200);
  expect((await sendTest('me', other.key)).status).toBe(429);
  expect((await sendTest('me', other.key, 'umbrella')).status).toBe(200);
});

it('counts under the key that generateKey() returns', async () => {
  @Injectable()
  class OneBucket extends RoleThrottlerGuard {
    protected override generateKey(_context: ExecutionContext, _tracker: string, name: string): string {
      return `everybody ${name}`;
    }
  }
  const { one, other, sendTest } = await start(RoleThrottlerGuard, OneBucket);
  for (const { key } of [one, other, one]) expect((await sendTest('me', key)).status).toBe(200);
  expect((await sendTest('me', other.key)).status).toBe(429);
});

it('passes on the error of throwThrottlingException(), and counts the request as limited', async () => {
  const details: ThrottlerLimitDetail[] = [];
  @Injectable()
  class OtherStatus extends RoleThrottlerGuard {
    protected override throwThrottlingException(
      _context: ExecutionContext,
      detail: ThrottlerLimitDetail,
    ): Promise<void> {
      details.push(detail);
      return Promise.reject(new HttpException('Try later', 420));
    }
  }
  const { one, sendTest } = await start(RoleThrottlerGuard, OtherStatus);
  for (let i = 0; i < 2; i++) expect((await sendTest('orders', one.key)).status).toBe(200);
  const denied = await sendTest('orders', one.key);
  expect([denied.status, denied.headers['retry-after']]).toEqual([420, '60']);
  expect(details).toEqual([
    expect.objectContaining({
      limit: 2,
      ttl: 60_000,
      tracker: one.user.id,
      key: `route:OrdersController.list:orders:${one.user.id}`,
      totalHits: 2,
      isBlocked: true,
      violatedPolicies: ['orders'],
    }),
  ]);
});

it('skips requests for which shouldSkip() returns true', async () => {
  @Injectable()
  class NeverMe extends RoleThrottlerGuard {
    protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
      return Promise.resolve(context.getHandler().name === 'list');
    }
  }
  const { one, sendTest } = await start(RoleThrottlerGuard, NeverMe);
  for (let i = 0; i < 5; i++) expect((await sendTest('orders', one.key)).status).toBe(200);
  expect((await sendTest('me', one.key)).headers['ratelimit']).toMatch(/^"standard";r=2;/);
});

it('counts in the storage that replaces the built-in one', async () => {
  const received: unknown[][] = [];
  @Injectable()
  class AlwaysFull implements ThrottlerStorage {
    increment(...args: unknown[]) {
      received.push(args);
      return Promise.resolve({ totalHits: 99, timeToExpire: 7, isBlocked: true, timeToBlockExpire: 9 });
    }
  }
  const { one, sendTest } = await start(ThrottlerStorage, AlwaysFull);
  const me = await sendTest('me', one.key);
  expect([me.status, me.headers['retry-after']]).toEqual([429, '9']);
  expect(received).toEqual([[`keys:${one.user.id}`, 60_000, 3, 60_000, 'standard']]);
});
