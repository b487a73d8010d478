import { ApiKeysService } from '../../src/modules/api-keys/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { budgetOf, expectLimited, expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  // Each test begins with untouched budgets of the address.
  beforeEach(() => app.clock.advance(60_000));

  afterAll(() => app.stop());

  const me = (key: string, at = app) => at.http.get('/api/v1/me').set('X-API-Key', key);
  const anonymous = (at = app) => at.http.get('/api/v1/me');
  const ready = async (at = app) => (await at.http.get('/health/ready').expect(200)).body as object;

  /** A key that no call has used yet. */
  async function freshKey(at = app): Promise<string> {
    const person = await at.principalOf(await at.createUser());
    const { key } = await at.nest
      .get(ApiKeysService)
      .create(person, { name: 'Fresh', expiresAt: null }, null);
    return key.reveal();
  }

  /** Right in shape and checksum, wrong in its secret. */
  const wrongKeys = [
    'chm_000000000000_00000000000000000000000000000008dHlQ',
    'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN',
    'acme_zZ9yY8xX7wW6_vVuUtTsSrRqQpPoOnNmMlLkKjJiIhH4CNe2X',
  ];

  it('counts public routes, missing credentials and unknown sessions in one budget of the address', async () => {
    const calls = [
      () => anonymous().expect(401),
      () => app.http.get('/api/v1/me').set('Cookie', 'chameleon_session=unknown').expect(401),
      () => app.http.post('/api/v1/auth/sign-out').expect(204),
      () => app.http.post('/api/v1/auth/sign-up').send({}).expect(403),
      () => app.http.post('/api/v1/auth/sign-in').send({}).expect(400),
      () => app.http.get('/api/v1/admin/users').set('X-API-Key', '').expect(401),
    ];
    for (let i = 0; i < 60; i++)
      expect(budgetOf(await calls[i % calls.length]!())).toBe(`anonymous ${59 - i}`);
    expectLimited(
      await app.http.post('/api/v1/auth/sign-in').send({}),
      'rate_limit_exceeded',
      'anonymous',
      60,
    );
    const seconds = expectLimited(await anonymous(), 'rate_limit_exceeded', 'anonymous', 60);
    await me(await freshKey()).expect(200);
    app.clock.advance(seconds * 1_000);
    expectProblem(await anonymous(), 401, 'credentials_missing');
  });

  it('counts neither health checks, nor unknown routes, nor bodies that are refused before routing', async () => {
    const key = await freshKey();
    const free = [
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
    for (const call of free) {
      const answer = await call;
      statuses.push(answer.status);
      expect(budgetOf(answer)).toBeNull();
    }
    expect(statuses).toEqual([200, 200, 404, 200, 400, 400, 415, 413, 400]);
    expect(budgetOf(await me(key).expect(200))).toBe('standard 99');
    expect(budgetOf(await anonymous().expect(401))).toBe('anonymous 59');
  });

  it('refuses the twenty-first bad key of an address, while a proven key goes on working', async () => {
    const proven = await freshKey();
    await me(proven).expect(200);
    const unproven = await freshKey();
    const bad = ['junk', ...wrongKeys];
    for (let i = 0; i < 20; i++) {
      const answer = await me(bad[i % bad.length]!);
      expectProblem(answer, 401, 'api_key_not_found');
      expect(budgetOf(answer)).toBe(`failed-keys ${19 - i}`);
    }
    for (const key of bad) expectLimited(await me(key), 'too_many_failed_attempts', 'failed-keys', 20);
    // Right, but nobody looks: that would cost bcrypt.
    const seconds = expectLimited(await me(unproven), 'too_many_failed_attempts', 'failed-keys', 20);
    expect(budgetOf(await me(proven).expect(200))).toBe('standard 98');
    app.clock.advance(seconds * 1_000);
    await me(unproven).expect(200);
  });

  it.each([
    ['the same junk', () => 'junk'],
    ['different junk', (i: number) => `junk-${i}`],
    ['the same unknown key', () => wrongKeys[0]!],
  ])('tries exactly 20 bad keys that come at once: %s', async (_what, keyAt) => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => me(keyAt(i))));
    const refused = answers.filter(({ status }) => status === 401);
    expect(refused).toHaveLength(20);
    for (const answer of refused) expectProblem(answer, 401, 'api_key_not_found');
    for (const answer of answers.filter(({ status }) => status !== 401)) {
      expectLimited(answer, 'too_many_failed_attempts', 'failed-keys', 20);
    }
  });

  it('gives an attempt back when the key turns out to be good', async () => {
    for (let i = 0; i < 19; i++) await me('junk').expect(401);
    const keys = [await freshKey(), await freshKey(), await freshKey()];
    for (const key of keys) await me(key).expect(200);
    expect(budgetOf(await me('junk').expect(401))).toBe('failed-keys 0');
    expectLimited(await me('junk'), 'too_many_failed_attempts', 'failed-keys', 20);
  });

  it('looks at no X-Forwarded-For without a trusted proxy, and warns of it', async () => {
    expect(await ready()).toEqual({ status: 'ok', checks: { database: 'ok' } });
    for (let i = 0; i < 3; i++) {
      const answer = await anonymous().set('X-Forwarded-For', `203.0.113.${i}`).expect(401);
      expect(budgetOf(answer)).toBe(`anonymous ${59 - i}`);
    }
    const after = await ready();
    expect(after).toMatchObject({
      checks: { database: 'ok', proxy: expect.stringContaining('TRUST_PROXY') as unknown },
    });
  });

  it('takes the address that the last trusted proxy saw, IPv6 by /64 and IPv4-mapped as IPv4', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '1' } });
    try {
      const from = async (forwarded: string) =>
        budgetOf(await anonymous(proxied).set('X-Forwarded-For', forwarded).expect(401));
      expect(await from('203.0.113.1')).toBe('anonymous 59');
      expect(await from('198.51.100.9, 203.0.113.1')).toBe('anonymous 58');
      expect(await from('203.0.113.1, 203.0.113.2')).toBe('anonymous 59');
      expect(await from('::ffff:203.0.113.1')).toBe('anonymous 57');
      expect(await from('2001:db8:1:2::1')).toBe('anonymous 59');
      expect(await from('2001:db8:1:2:ffff::9')).toBe('anonymous 58');
      expect(await from('2001:db8:1:3::1')).toBe('anonymous 59');
      expect(await from('nonsense')).toBe('anonymous 59');
      expect(budgetOf(await anonymous(proxied).expect(401))).toBe('anonymous 58');
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

  it('counts two proxies from the right', async () => {
    const proxied = await TestApp.start(kind, { env: { TRUST_PROXY: '2' } });
    try {
      for (const [forwarded, left] of [
        ['1.1.1.1, 2.2.2.2, 3.3.3.3', 59],
        ['9.9.9.9, 2.2.2.2, 4.4.4.4', 58],
        ['2.2.2.2', 57],
        ['2.2.2.2, 5.5.5.5, 4.4.4.4', 59],
      ]) {
        const answer = await anonymous(proxied).set('X-Forwarded-For', String(forwarded)).expect(401);
        expect(budgetOf(answer)).toBe(`anonymous ${left}`);
      }
    } finally {
      await proxied.stop();
    }
  });

  it('answers the scripts of allowed origins only, never with cookies', async () => {
    const cors = await TestApp.start(kind, {
      env: { CORS_ORIGINS: 'https://app.example.com, https://two.example.com' },
    });
    try {
      const preflight = (origin: string) =>
        cors.http.options('/api/v1/ping').set({
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'x-api-key,content-type',
        });
      const allowed = await preflight('https://app.example.com').expect(204);
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-methods': expect.stringContaining('POST') as unknown,
        'access-control-allow-headers': expect.stringMatching(/x-api-key/i) as unknown,
      });
      expect(allowed.headers['vary']).toMatch(/origin/i);
      expect(budgetOf(allowed)).toBeNull();
      const other = await preflight('https://evil.example');
      expect(other.headers['access-control-allow-origin']).toBeUndefined();

      const key = await freshKey(cors);
      const ping = (origin: string) =>
        cors.http
          .post('/api/v1/ping')
          .set('X-API-Key', key)
          .set({ Origin: origin, 'Sec-Fetch-Site': 'cross-site' })
          .send({});
      const answer = await ping('https://two.example.com').expect(200);
      expect(answer.headers['access-control-allow-origin']).toBe('https://two.example.com');
      const exposed = String(answer.headers['access-control-expose-headers']);
      for (const field of [
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-RateLimit-Remaining',
        'X-Request-Id',
      ]) {
        expect(exposed.split(/,\s*/)).toContain(field);
      }
      expect(
        (await ping('https://evil.example').expect(200)).headers['access-control-allow-origin'],
      ).toBeUndefined();
      expect(budgetOf(await me(key, cors))).toBe('standard 97');
      const refused = await anonymous(cors).set('Origin', 'https://app.example.com');
      expectProblem(refused, 401, 'credentials_missing');
      expect(refused.headers['access-control-allow-origin']).toBe('https://app.example.com');
      for (const { headers } of [allowed, answer, refused])
        expect(headers['access-control-allow-credentials']).toBeUndefined();
    } finally {
      await cors.stop();
    }
  });
});
