import type { Role } from '../../src/common/access/index.js';
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { UsersService } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import {
  policyAndRemaining,
  expectTooManyRequests,
  expectProblem,
  rateLimitHeaders,
} from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  // Each test starts with fresh rate limits for the address.
  beforeEach(() => app.clock.advance(60_000));

  afterAll(() => app.stop());

  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const bySession = (cookie: string) => app.http.get('/api/v1/me').set('Cookie', cookie);

  /** Sends requests over kept-alive connections, 25 at a time, and counts the responses by status. */
  async function spend(count: number, headers: Record<string, string>): Promise<Record<number, number>> {
    const statuses: Record<number, number> = {};
    for (let left = count; left > 0; left -= 25) {
      const responses = await Promise.all(
        Array.from({ length: Math.min(25, left) }, async () => {
          const response = await fetch(`${app.url}/api/v1/me`, { headers });
          await response.arrayBuffer();
          return response.status;
        }),
      );
      for (const status of responses) statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return statuses;
  }

  it('counts every request with any key of a user, on any route, and reports what is left', async () => {
    const { user, id, key } = await app.createCaller();
    const second = await app.createKey(user, { name: 'Second' });
    const requests = [
      (k: string) => me(k).expect(200),
      (k: string) => app.http.post('/api/v1/ping').set('X-API-Key', k).send({}).expect(200),
      (k: string) => app.http.get('/api/v1/api-keys').set('X-API-Key', k).expect(200),
      (k: string) => app.http.get(`/api/v1/api-keys/${id}`).set('X-API-Key', k).expect(200),
      (k: string) => app.http.get('/api/v1/api-keys/000000000000').set('X-API-Key', k).expect(404),
      (k: string) => app.http.post('/api/v1/api-keys').set('X-API-Key', k).send({ name: 1 }).expect(400),
      (k: string) => app.http.get('/api/v1/admin/users').set('X-API-Key', k).expect(403),
      (k: string) => app.http.head('/api/v1/me').set('X-API-Key', k).expect(200),
    ];
    for (let i = 0; i < 100; i++) {
      const response = await requests[i % requests.length]!(i % 3 === 0 ? key : second.key);
      expect(policyAndRemaining(response)).toBe(`standard ${99 - i}`);
      expect(response.headers['retry-after']).toBeUndefined();
      const t = Number(response.headers['x-ratelimit-reset']);
      if (i === 0) expect(t).toBe(60);
      expect(t).toBeGreaterThan(30);
      expect(t).toBeLessThanOrEqual(60);
      expect(rateLimitHeaders(response)).toEqual({
        'ratelimit-policy': '"standard";q=100;w=60',
        ratelimit: `"standard";r=${99 - i};t=${t}`,
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': String(99 - i),
        'x-ratelimit-reset': String(t),
      });
    }
    for (const denied of [
      me(key),
      me(second.key),
      app.http.post('/api/v1/ping').set('X-API-Key', key).send({}),
    ]) {
      const response = await denied;
      expectTooManyRequests(response, 'rate_limit_exceeded', 'standard', 100);
      expect(expectProblem(response, 429, 'rate_limit_exceeded').detail).toMatch(/more slowly.*role/s);
    }
    const seconds = expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'standard', 100);
    app.clock.advance(seconds * 1_000);
    await me(key).expect(200);
  });

  it.each([
    ['standard', 100],
    ['premium', 500],
    ['admin', 1_000],
  ] as const)('accepts exactly the limit of a %s user: %i per window', async (role: Role, limit: number) => {
    const { user, key } = await app.createCaller(role);
    const { key: second } = await app.createKey(user);
    expect(await spend(limit - 10, { 'X-API-Key': key })).toEqual({ 200: limit - 10 });
    expect(await spend(50, { 'X-API-Key': second })).toEqual({ 200: 10, 429: 40 });
    const seconds = expectTooManyRequests(await me(key), 'rate_limit_exceeded', role, limit);
    app.clock.advance(seconds * 1_000);
    await me(key).expect(200);
  });

  it('does not affect other users', async () => {
    const one = await app.createCaller();
    const other = await app.createCaller();
    expect(await spend(101, { 'X-API-Key': one.key })).toEqual({ 200: 100, 429: 1 });
    expect(policyAndRemaining(await me(other.key).expect(200))).toBe('standard 99');
    expect(policyAndRemaining(await bySession(await app.signIn(one.user.email)).expect(200))).toBe(
      'session 599',
    );
  });

  it('slides: a request stops counting one window after it was accepted, and denied requests never count', async () => {
    const { key } = await app.createCaller();
    expect(await spend(40, { 'X-API-Key': key })).toEqual({ 200: 40 });
    app.clock.advance(30_000);
    expect(await spend(80, { 'X-API-Key': key })).toEqual({ 200: 60, 429: 20 });
    expect(expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'standard', 100)).toBeLessThanOrEqual(
      30,
    );
    app.clock.advance(30_000);
    expect(await spend(60, { 'X-API-Key': key })).toEqual({ 200: 40, 429: 20 });
    app.clock.advance(30_000);
    expect(await spend(80, { 'X-API-Key': key })).toEqual({ 200: 60, 429: 20 });
  });

  it('applies a new role to the next request and still counts earlier requests', async () => {
    const { user, key } = await app.createCaller('premium');
    const setRole = (role: Role) => app.nest.get(UsersService).update(SYSTEM_AUTHOR, user.id, { role });
    expect(await spend(300, { 'X-API-Key': key })).toEqual({ 200: 300 });
    await setRole('standard');
    expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'standard', 100);
    await setRole('premium');
    expect(policyAndRemaining(await me(key).expect(200))).toBe('premium 199');
    app.clock.advance(20_000);
    expect(await spend(210, { 'X-API-Key': key })).toEqual({ 200: 199, 429: 11 });
    await setRole('standard');
    // 301 requests leave the window before the 199, of which 100 must leave too.
    const seconds = expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'standard', 100);
    expect(seconds).toBeGreaterThan(50);
    app.clock.advance(45_000);
    expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'standard', 100);
    app.clock.advance((seconds - 45) * 1_000);
    await me(key).expect(200);
  });

  it('counts requests with sessions against one limit per user, over all sessions', async () => {
    const user = await app.createUser();
    const [one, two] = [await app.signIn(user.email), await app.signIn(user.email)];
    expect(await spend(590, { Cookie: one })).toEqual({ 200: 590 });
    expect(await spend(25, { Cookie: two })).toEqual({ 200: 10, 429: 15 });
    const denied = await bySession(one);
    const seconds = expectTooManyRequests(denied, 'rate_limit_exceeded', 'session', 600);
    app.clock.advance(seconds * 1_000);
    await bySession(one).expect(200);
  });

  it('limits an inactive key by itself, without affecting its owner or address', async () => {
    const { user, id, key } = await app.createCaller();
    const live = await app.createKey(user);
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).expect(200);
    const first = await me(key);
    expectProblem(first, 401, 'api_key_revoked');
    expect(policyAndRemaining(first)).toBe('inactive-key 59');
    expect(await spend(70, { 'X-API-Key': key })).toEqual({ 401: 59, 429: 11 });
    expectTooManyRequests(await me(key), 'rate_limit_exceeded', 'inactive-key', 60);
    expect(policyAndRemaining(await me(live.key).expect(200))).toBe('standard 98');
    expect(policyAndRemaining(await app.http.get('/api/v1/me').expect(401))).toBe('anonymous 59');
    expect(policyAndRemaining(await me('junk').expect(401))).toBe('failed-keys 19');
  });

  it('counts requests of a suspended user with a valid secret like those with an inactive key', async () => {
    const { user, key } = await app.createCaller();
    const users = app.nest.get(UsersService);
    await users.update(SYSTEM_AUTHOR, user.id, { status: 'suspended' });
    const response = await me(key);
    expectProblem(response, 403, 'account_suspended');
    expect(policyAndRemaining(response)).toBe('inactive-key 59');
    await users.update(SYSTEM_AUTHOR, user.id, { status: 'active' });
    expect(policyAndRemaining(await me(key).expect(200))).toBe('standard 99');
  });
});
