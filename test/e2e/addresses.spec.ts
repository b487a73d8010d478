import { jest } from '@jest/globals';
import { unavailable } from '../../src/common/errors/index.js';
import { ApiKeysService } from '../../src/modules/api-keys/index.js';
import { BcryptThread } from '../../src/modules/hashing/bcrypt-thread.js';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import { FailedAttemptLimiter } from '../../src/modules/rate-limit/index.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onOneDatabase } from '../support/databases.js';
import { LogLines } from '../support/log-lines.js';
import { HeldBcrypt, until } from '../support/held-bcrypt.js';
import { policyAndRemaining, expectTooManyRequests, expectProblem } from '../support/problem.js';

onOneDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  // Each test starts with fresh rate limits for the address.
  beforeEach(() => app.clock.advance(60_000));

  afterAll(() => app.stop());

  const me = (key: string, at = app) => at.http.get('/api/v1/me').set('X-API-Key', key);
  const anonymous = (at = app) => at.http.get('/api/v1/me');
  const ready = async (at = app) => (await at.http.get('/health/ready').expect(200)).body as object;

  /** A key that has not been used yet. */
  async function freshKey(at = app): Promise<string> {
    const principal = await at.principalOf(await at.createUser());
    const { key } = await at.nest
      .get(ApiKeysService)
      .create(principal, { name: 'Fresh', expiresAt: null }, null);
    return key.reveal();
  }

  /** A valid shape and checksum, but a wrong secret. */
  const wrongKeys = [
    'chm_000000000000_00000000000000000000000000000008dHlQ',
    'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN',
    'acme_zZ9yY8xX7wW6_vVuUtTsSrRqQpPoOnNmMlLkKjJiIhH4CNe2X',
  ];

  it('counts missing credentials and unknown sessions against one limit per address', async () => {
    const requests = [
      () => anonymous().expect(401),
      () => app.http.get('/api/v1/me').set('Cookie', 'chameleon_session=unknown').expect(401),
      () => app.http.get('/sign-up').expect(403),
      () => app.http.get('/').expect(303),
      () => app.http.get('/api/v1/admin/users').set('X-API-Key', '').expect(401),
    ];
    for (let i = 0; i < 60; i++)
      expect(policyAndRemaining(await requests[i % requests.length]!())).toBe(`anonymous ${59 - i}`);
    const seconds = expectTooManyRequests(await anonymous(), 'rate_limit_exceeded', 'anonymous', 60);
    await me(await freshKey()).expect(200);
    // Reaching this limit does not prevent signing in or up.
    expect(policyAndRemaining(await app.http.post('/api/v1/auth/sign-in').send({}).expect(400))).toBe(
      'sign-in 59',
    );
    expect(policyAndRemaining(await app.http.post('/api/v1/auth/sign-up').send({}).expect(403))).toBe(
      'sign-up 9',
    );
    app.clock.advance(seconds * 1_000);
    expectProblem(await anonymous(), 401, 'credentials_missing');
  });

  it('counts pages and the sign-in and sign-out routes against one limit per address', async () => {
    const requests = [
      () => app.http.post('/api/v1/auth/sign-out').expect(204),
      () => app.http.post('/api/v1/auth/sign-in').send({}).expect(400),
      () => app.http.get('/zh/sign-in').expect(200),
      () => app.http.post('/sign-out').expect(303),
    ];
    for (let i = 0; i < 59; i++)
      expect(policyAndRemaining(await requests[i % 4]!())).toBe(`sign-in ${59 - i}`);
    expect(
      policyAndRemaining(await app.http.post('/sign-in').type('form').send({ email: 'x' }).expect(401)),
    ).toBe('sign-in 0');
    const seconds = expectTooManyRequests(
      await app.http.post('/api/v1/auth/sign-in').send({}),
      'rate_limit_exceeded',
      'sign-in',
      60,
    );
    await app.http.get('/sign-in').expect(429);
    expectProblem(await anonymous(), 401, 'credentials_missing');
    app.clock.advance(seconds * 1_000);
    await app.http.get('/sign-in').expect(200);
  });

  it('allows ten sign-ups an hour from one address, independently of other requests', async () => {
    const open = await TestApp.start(kind, {
      env: { REGISTRATION: 'open', RATE_LIMIT_WINDOW_SECONDS: '30' },
    });
    try {
      const signUp = (i: number) =>
        open.http
          .post('/api/v1/auth/sign-up')
          .send({ email: `new-${i}@example.com`, name: 'New', password: 'a long enough password' });
      for (let i = 0; i < 8; i++)
        expect(policyAndRemaining(await signUp(i).expect(201))).toBe(`sign-up ${9 - i}`);
      open.clock.advance(600_000);
      const form = open.http.post('/sign-up').type('form');
      expect(policyAndRemaining(await form.send({ email: 'x' }).expect(400))).toBe('sign-up 1');
      expect(policyAndRemaining(await signUp(8).expect(201))).toBe('sign-up 0');
      const limited = await signUp(9);
      expectProblem(limited, 429, 'rate_limit_exceeded');
      expect(limited.headers['ratelimit-policy']).toBe('"sign-up";q=10;w=3600');
      const seconds = Number(limited.headers['retry-after']);
      expect(seconds).toBeGreaterThan(2_900);
      expect(seconds).toBeLessThanOrEqual(3_000);
      await open.http.get('/sign-up').expect(200);
      open.clock.advance(seconds * 1_000 - 60_000);
      await signUp(9).expect(429);
      open.clock.advance(60_000);
      expect(policyAndRemaining(await signUp(9).expect(201))).toMatch(/^sign-up \d$/);
      expectProblem(await anonymous(open), 401, 'credentials_missing');
    } finally {
      await open.stop();
    }
  });

  it('counts neither health checks, unknown routes nor bodies rejected before routing', async () => {
    const key = await freshKey();
    const uncounted = [
      app.http.get('/health/live'),
      app.http.get('/health/ready'),
      app.http.get('/api/v1/nowhere').set('X-API-Key', key),
      app.http.get('/api/openapi.json'),
      app.http.get('/api/v1/api-keys/%ff').set('X-API-Key', key),
      app.http.post('/api/v1/ping').set('X-API-Key', key).type('json').send('{'),
      app.http.post('/api/v1/ping').set('X-API-Key', key).type('text').send('x'),
      app.http
        .post('/api/v1/ping')
        .set('X-API-Key', key)
        .type('json')
        .send(`"${'x'.repeat(200_000)}"`),
      app.http.post('/api/v1/auth/sign-in').type('json').send('{'),
    ];
    const statuses = [];
    for (const request of uncounted) {
      const response = await request;
      statuses.push(response.status);
      expect(policyAndRemaining(response)).toBeNull();
    }
    expect(statuses).toEqual([200, 200, 404, 200, 400, 400, 415, 413, 400]);
    expect(policyAndRemaining(await me(key).expect(200))).toBe('standard 99');
    expect(policyAndRemaining(await anonymous().expect(401))).toBe('anonymous 59');
  });

  it('rejects the twenty-first bad key from an address, while a verified key keeps working', async () => {
    const verified = await freshKey();
    await me(verified).expect(200);
    const unverified = await freshKey();
    const bad = ['junk', ...wrongKeys];
    for (let i = 0; i < 20; i++) {
      const response = await me(bad[i % bad.length]!);
      expectProblem(response, 401, 'api_key_not_found');
      expect(policyAndRemaining(response)).toBe(`failed-keys ${19 - i}`);
    }
    for (const key of bad)
      expectTooManyRequests(await me(key), 'too_many_failed_attempts', 'failed-keys', 20);
    // The key is valid but is not checked, because that would cost a bcrypt comparison.
    const seconds = expectTooManyRequests(
      await me(unverified),
      'too_many_failed_attempts',
      'failed-keys',
      20,
    );
    expect(policyAndRemaining(await me(verified).expect(200))).toBe('standard 98');
    app.clock.advance(seconds * 1_000);
    await me(unverified).expect(200);
  });

  it.each([
    ['the same junk', () => 'junk'],
    ['different junk', (i: number) => `junk-${i}`],
    ['the same unknown key', () => wrongKeys[0]!],
  ])('checks exactly 20 of many simultaneous bad keys: %s', async (_what, keyAt) => {
    const responses = await Promise.all(Array.from({ length: 60 }, (_, i) => me(keyAt(i))));
    const rejected = responses.filter(({ status }) => status === 401);
    expect(rejected).toHaveLength(20);
    for (const response of rejected) expectProblem(response, 401, 'api_key_not_found');
    for (const response of responses.filter(({ status }) => status !== 401)) {
      expectTooManyRequests(response, 'too_many_failed_attempts', 'failed-keys', 20);
    }
  });

  it('does not count attempts that could not be checked', async () => {
    const key = await freshKey();
    const compare = jest.spyOn(BcryptThread.prototype, 'compare').mockRejectedValue(unavailable('full'));
    for (let i = 0; i < 21; i++) expectProblem(await me(key), 503, 'unavailable');
    compare.mockRestore();
    expect(policyAndRemaining(await me('junk').expect(401))).toBe('failed-keys 19');
    await me(key).expect(200);
  });

  it('lets no address share a pending comparison after too many failed attempts', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '1' } });
    try {
      const key = await freshKey(proxied);
      const from = (address: string, presented: string) =>
        me(presented, proxied).set('X-Forwarded-For', address);
      for (let i = 0; i < 20; i++) await from('203.0.113.1', 'junk').expect(401);
      const held = new HeldBcrypt();
      const compare = jest.spyOn(proxied.nest.get(BcryptQueue), 'compare');
      const fromOtherAddress = from('203.0.113.2', key).then((response) => response);
      await until(() => compare.mock.calls.length === 1);
      expectTooManyRequests(await from('203.0.113.1', key), 'too_many_failed_attempts', 'failed-keys', 20);
      const joins = jest.spyOn(proxied.nest.get(FailedAttemptLimiter), 'assertKeysOpen');
      const joined = from('203.0.113.3', key).then((response) => response);
      await until(() => joins.mock.calls.length === 1);
      held.release();
      joins.mockRestore();
      compare.mockRestore();
      expect([(await fromOtherAddress).status, (await joined).status]).toEqual([200, 200]);
      expect(policyAndRemaining(await from('203.0.113.3', 'junk'))).toBe('failed-keys 19');
    } finally {
      await proxied.stop();
    }
  });

  it('gives an attempt back if the key is valid', async () => {
    for (let i = 0; i < 19; i++) await me('junk').expect(401);
    const keys = [await freshKey(), await freshKey(), await freshKey()];
    for (const key of keys) await me(key).expect(200);
    expect(policyAndRemaining(await me('junk').expect(401))).toBe('failed-keys 0');
    expectTooManyRequests(await me('junk'), 'too_many_failed_attempts', 'failed-keys', 20);
  });

  it('ignores X-Forwarded-For without a trusted proxy, and logs a warning', async () => {
    expect(await ready()).toEqual({ status: 'ok', checks: { database: 'ok' } });
    for (let i = 0; i < 3; i++) {
      const response = await anonymous().set('X-Forwarded-For', `203.0.113.${i}`).expect(401);
      expect(policyAndRemaining(response)).toBe(`anonymous ${59 - i}`);
    }
    const after = await ready();
    expect(after).toMatchObject({
      checks: { database: 'ok', proxy: expect.stringContaining('TRUST_PROXY') as unknown },
    });
  });

  it('uses the address reported by the last trusted proxy, IPv6 by /64 and IPv4-mapped as IPv4', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '1' } });
    try {
      const from = async (forwarded: string) =>
        policyAndRemaining(await anonymous(proxied).set('X-Forwarded-For', forwarded).expect(401));
      expect(await from('203.0.113.1')).toBe('anonymous 59');
      expect(await from('198.51.100.9, 203.0.113.1')).toBe('anonymous 58');
      expect(await from('203.0.113.1, 203.0.113.2')).toBe('anonymous 59');
      expect(await from('::ffff:203.0.113.1')).toBe('anonymous 57');
      expect(await from('2001:db8:1:2::1')).toBe('anonymous 59');
      expect(await from('2001:db8:1:2:ffff::9')).toBe('anonymous 58');
      expect(await from('2001:db8:1:3::1')).toBe('anonymous 59');
      expect(await from('203.0.113.2:51001')).toBe('anonymous 58');
      expect(await from('[2001:db8:1:2::7]:443')).toBe('anonymous 57');
      expect(await from('203.0.113.9, 203.0.113.2:51002')).toBe('anonymous 57');
      expect(await ready(proxied)).toEqual({ status: 'ok', checks: { database: 'ok' } });
      const { email } = await proxied.createUser();
      const signIn = proxied.http
        .post('/api/v1/auth/sign-in')
        .set('X-Forwarded-For', '198.51.100.9, 203.0.113.77');
      const { headers } = await signIn.send({ email, password: 'a long enough password' }).expect(200);
      const cookie = headers['set-cookie']![0]!;
      const sessions = await proxied.http.get('/api/v1/me/sessions').set('Cookie', cookie).expect(200);
      expect((sessions.body as { data: object[] }).data).toMatchObject([{ address: '203.0.113.77' }]);
    } finally {
      await proxied.stop();
    }
  });

  it('locks out only the client that fails to sign in, behind a proxy that appends ports', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '1' } });
    try {
      const { email } = await proxied.createUser();
      const signIn = (address: string, password: string) =>
        proxied.http
          .post('/api/v1/auth/sign-in')
          .set('X-Forwarded-For', address)
          .send({ email: password === PASSWORD ? email : `${address}@example.com`, password });
      for (let i = 0; i < 20; i++) await signIn(`203.0.113.7:${51_000 + i}`, 'wrong').expect(401);
      await signIn('203.0.113.7:52000', PASSWORD).expect(429);
      await signIn('203.0.113.8:52000', PASSWORD).expect(200);
    } finally {
      await proxied.stop();
    }
  });

  it("uses the proxy's address if the header contains no valid one, and warns once", async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '2' } });
    const log = LogLines.record();
    try {
      for (const junk of ['unknown, 192.0.2.1', '_hidden, 192.0.2.1', '"', 'a, b, c'])
        await anonymous(proxied).set('X-Forwarded-For', junk).expect(401);
      expect(policyAndRemaining(await anonymous(proxied).expect(401))).toBe('anonymous 55');
      const warnings = log.about(/X-Forwarded-For/);
      expect(warnings).toEqual([expect.stringContaining('contains "unknown"')]);
      expect(await ready(proxied)).toEqual({ status: 'ok', checks: { database: 'ok', proxy: warnings[0] } });
    } finally {
      await proxied.stop();
      log.stop();
    }
  });

  it('counts two proxies from the right', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '2' } });
    try {
      for (const [forwarded, left] of [
        ['1.1.1.1, 2.2.2.2, 3.3.3.3', 59],
        ['9.9.9.9, 2.2.2.2, 4.4.4.4', 58],
        ['2.2.2.2', 57],
        ['2.2.2.2, 5.5.5.5, 4.4.4.4', 59],
      ]) {
        const response = await anonymous(proxied).set('X-Forwarded-For', String(forwarded)).expect(401);
        expect(policyAndRemaining(response)).toBe(`anonymous ${left}`);
      }
    } finally {
      await proxied.stop();
    }
  });

  describe('with CORS_ORIGINS', () => {
    const ORIGIN = 'https://app.example.com';
    let cors: TestApp;

    beforeAll(async () => {
      cors = await TestApp.start(kind, { env: { CORS_ORIGINS: `${ORIGIN}, https://two.example.com` } });
    });

    afterAll(() => cors.stop());

    const preflight = (path: string, origin: string, method = 'POST') =>
      cors.http.options(path).set({
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'x-api-key,content-type,traceparent,tracestate,baggage',
      });
    const names = (list: unknown) => String(list).toLowerCase().split(/,\s*/);

    it('allows scripts of listed origins, but never with cookies', async () => {
      const allowed = await preflight('/api/v1/ping', ORIGIN).expect(204);
      expect(allowed.headers).toMatchObject({
        allow: 'POST, OPTIONS',
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'POST',
        'access-control-max-age': '600',
        vary: 'Origin',
      });
      const accepted = names(allowed.headers['access-control-allow-headers']);
      for (const name of [
        'x-api-key',
        'content-type',
        'idempotency-key',
        'traceparent',
        'tracestate',
        'baggage',
      ])
        expect(accepted).toContain(name);
      expect(policyAndRemaining(allowed)).toBeNull();

      const key = await freshKey(cors);
      const ping = (origin: string) =>
        cors.http
          .post('/api/v1/ping')
          .set('X-API-Key', key)
          .set({ Origin: origin, 'Sec-Fetch-Site': 'cross-site' })
          .send({});
      const response = await ping('https://two.example.com').expect(200);
      expect(response.headers).toMatchObject({
        'access-control-allow-origin': 'https://two.example.com',
        vary: 'Origin',
      });
      const exposed = names(response.headers['access-control-expose-headers']);
      for (const name of [
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'x-ratelimit-remaining',
        'x-request-id',
      ])
        expect(exposed).toContain(name);
      expect(policyAndRemaining(await me(key, cors))).toBe('standard 98');
      const rejected = await anonymous(cors).set('Origin', ORIGIN);
      expectProblem(rejected, 401, 'credentials_missing');
      expect(rejected.headers['access-control-allow-origin']).toBe(ORIGIN);
      for (const { headers } of [allowed, response, rejected])
        expect(headers['access-control-allow-credentials']).toBeUndefined();
    });

    it('sends no CORS headers to scripts of other origins, but Vary: Origin', async () => {
      for (const origin of ['https://evil.example', `${ORIGIN}.evil.example`, 'null', ORIGIN.toUpperCase()]) {
        const { headers } = await preflight('/api/v1/ping', origin).expect(204);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
        expect(headers).toMatchObject({ allow: 'POST, OPTIONS', vary: 'Origin' });
      }
      const key = await freshKey(cors);
      const { headers } = await me(key, cors).set('Origin', 'https://evil.example').expect(200);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect((await me(key, cors)).headers['vary']).toBe('Origin');
    });

    it('handles an OPTIONS request that is no preflight, and knows no other paths', async () => {
      const plain = await cors.http.options('/api/v1/api-keys').expect(204);
      expect(plain.headers['allow']).toBe('GET, HEAD, POST, OPTIONS');
      const halves = [{ Origin: ORIGIN }, { 'Access-Control-Request-Method': 'POST' }];
      for (const half of halves) {
        const { headers } = await cors.http.options('/api/v1/ping').set(half).expect(204);
        expect(headers['access-control-allow-methods']).toBeUndefined();
      }
      expectProblem(await preflight('/api/v1/nowhere', ORIGIN), 404, 'not_found');
      const wrong = await cors.http.put('/api/v1/ping').set('Origin', ORIGIN);
      expectProblem(wrong, 405, 'method_not_allowed');
      expect(wrong.headers['access-control-allow-origin']).toBe(ORIGIN);
      // The response lists only methods that the path supports.
      const { headers } = await preflight('/api/v1/me', ORIGIN, 'DELETE').expect(204);
      expect(names(headers['access-control-allow-methods'])).not.toContain('delete');
    });

    it('allows no cross-origin access to pages, their assets and health', async () => {
      const page = await cors.http.get('/sign-in').set('Origin', ORIGIN).expect(200);
      const asset = /(?:href|src)="(\/assets\/[^"]+)"/.exec(page.text)![1]!;
      const responses = [
        page,
        await cors.http.get(asset).set('Origin', ORIGIN).expect(200),
        await cors.http.get('/health/live').set('Origin', ORIGIN).expect(200),
        await preflight('/sign-in', ORIGIN).expect(204),
      ];
      for (const { headers } of responses) {
        expect(String(headers['vary'])).not.toMatch(/origin/i);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
    });
  });
});
