import { ApiKeysService } from '../../src/modules/api-keys/index.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { policyAndRemaining, expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', FAILED_ATTEMPTS_LIMIT: '100000' },
    });
  });

  afterAll(() => app.stop());

  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);

  /** A user with an unused key, created without signing in. */
  async function freshCaller() {
    const user = await app.createUser();
    const person = await app.principalOf(user);
    const { apiKey, key } = await app.nest
      .get(ApiKeysService)
      .create(person, { name: 'Fresh', expiresAt: null }, null);
    return { user, id: apiKey.id, key: key.reveal() };
  }

  it('accepts simultaneous requests with a new key', async () => {
    const { user, key } = await freshCaller();
    const responses = await Promise.all(Array.from({ length: 20 }, () => me(key)));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(responses.map(({ body }) => (body as { user: { id: string } }).user.id))).toEqual(
      new Set([user.id]),
    );
    expect(responses.map(policyAndRemaining).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => `standard ${80 + i}`).sort(),
    );
  });

  it('never confuses users whose new keys arrive at once, and rejects a wrong key among them', async () => {
    const callers = await Promise.all(Array.from({ length: 12 }, freshCaller));
    const junk = `${callers[0]!.key.slice(0, -1)}!`;
    const requests = callers.flatMap(({ key }) => [me(key), me(junk), me(key)]);
    const responses = await Promise.all(requests);
    responses.forEach((response, i) => {
      const { user, id } = callers[Math.floor(i / 3)]!;
      if (i % 3 === 1) expectProblem(response, 401, 'api_key_not_found');
      else expect(response.body).toMatchObject({ user: { id: user.id }, authentication: { apiKey: { id } } });
    });
  });

  it('sends the same response for a bad shape, a bad checksum, an unknown id and a wrong secret', async () => {
    const { key } = await freshCaller();
    const last = key.at(-1) === 'a' ? 'b' : 'a';
    const bad = [
      'x',
      'null',
      `${key.slice(0, -1)}${last}`,
      key.slice(0, -1),
      `${key}0`,
      key.toUpperCase(),
      `Bearer ${key}`,
      `${key}, ${key}`,
      'chm_000000000000_00000000000000000000000000000008dHlQ',
      'acme_zZ9yY8xX7wW6_vVuUtTsSrRqQpPoOnNmMlLkKjJiIhH4CNe2X',
      'k'.repeat(10_000),
    ];
    const problems = [];
    for (const text of bad) problems.push(expectProblem(await me(text), 401, 'api_key_not_found'));
    for (const problem of problems) {
      const { requestId: _, ...rest } = problem;
      expect(rest).toEqual({
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'API key not found',
        code: 'api_key_not_found',
      });
    }
    await me(key).expect(200);
  });

  it('treats an empty key as missing', async () => {
    const { user } = await freshCaller();
    const cookie = await app.signIn(user.email);
    for (const empty of ['', '   ']) {
      expectProblem(await me(empty), 401, 'credentials_missing');
      const response = await me(empty).set('Cookie', cookie).expect(200);
      expect(response.body).toMatchObject({
        user: { id: user.id },
        authentication: { method: 'session', apiKey: null },
      });
    }
  });

  it('reads a key only from its header', async () => {
    const { key } = await freshCaller();
    expectProblem(
      await app.http.get(`/api/v1/me?x-api-key=${key}&api_key=${key}`),
      401,
      'credentials_missing',
    );
    const asBearer = app.http.get('/api/v1/me').set('Authorization', `Bearer ${key}`);
    expectProblem(await asBearer, 401, 'credentials_missing');
    expectProblem(
      await app.http.post('/api/v1/ping').send({ 'X-API-Key': key, key }),
      401,
      'credentials_missing',
    );
    await app.http.get('/api/v1/me').set('x-ApI-kEy', key).expect(200);
  });

  it('authenticates by the key alone, even by a bad key next to a valid cookie', async () => {
    const person = await freshCaller();
    const cookie = await app.signIn(person.user.email);
    const other = await freshCaller();
    expectProblem(await me('junk').set('Cookie', cookie), 401, 'api_key_not_found');
    const asOther = await me(other.key).set('Cookie', cookie).expect(200);
    expect(asOther.body).toMatchObject({
      user: { id: other.user.id },
      authentication: { method: 'api_key' },
    });
    await app.http.post(`/api/v1/api-keys/${person.id}/revoke`).set('Cookie', cookie).expect(200);
    expectProblem(await me(person.key).set('Cookie', cookie), 401, 'api_key_revoked');
  });

  it('reads no credentials on public routes', async () => {
    const { user, key } = await freshCaller();
    for (const credential of ['junk', key]) {
      const health = await app.http.get('/health/live').set('X-API-Key', credential).expect(200);
      expect(policyAndRemaining(health)).toBeNull();
      const out = await app.http.post('/api/v1/auth/sign-out').set('X-API-Key', credential).expect(204);
      expect(policyAndRemaining(out)).toMatch(/^sign-in /);
    }
    const body = { email: user.email, password: 'wrong' };
    expectProblem(
      await app.http.post('/api/v1/auth/sign-in').set('X-API-Key', key).send(body),
      401,
      'sign_in_failed',
    );
  });

  it('rejects keys on routes for signed-in users', async () => {
    const { key, user } = await freshCaller();
    const requests = [
      app.http.patch('/api/v1/me').set('X-API-Key', key).send({ name: 'Mallory' }),
      app.http.post('/api/v1/me/password').set('X-API-Key', key).send({}),
      app.http.get('/api/v1/me/sessions').set('X-API-Key', key),
      app.http.post('/api/v1/me/sessions/revoke-others').set('X-API-Key', key),
      app.http.delete('/api/v1/me/sessions/x').set('X-API-Key', key),
    ];
    for (const request of requests) {
      const response = await request;
      expectProblem(response, 403, 'forbidden');
      expect(policyAndRemaining(response)).toMatch(/^standard /);
    }
    expect((await me(key).expect(200)).body).toMatchObject({ user: { name: user.name } });
  });

  it('returns the owner, the key and the rate limit from GET /me with a key', async () => {
    const { user, key, id } = await freshCaller();
    const response = await me(key).expect(200);
    expect(response.body).toEqual({
      user: {
        id: user.id,
        email: user.email,
        name: user.name,
        role: 'standard',
        status: 'active',
        createdAt: user.createdAt.toISOString(),
        updatedAt: user.updatedAt.toISOString(),
      },
      authentication: { method: 'api_key', apiKey: { id, name: 'Fresh', scopes: null } },
      rateLimit: { policy: 'standard', limit: 100, remaining: 99, resetSeconds: 60 },
    });
    expect(response.headers['ratelimit']).toBe('"standard";r=99;t=60');
  });

  it("shows its owner's change at the next request, though it keeps the owner in memory", async () => {
    const { user, key } = await freshCaller();
    await me(key).expect(200);
    const cookie = await app.signIn(user.email);
    const ownerNow = async () => ((await me(key).expect(200)).body as { user: Record<string, string> }).user;
    app.clock.advance(1_000);
    await app.http.patch('/api/v1/me').set('Cookie', cookie).send({ name: 'Renamed' }).expect(200);
    const renamed = await ownerNow();
    expect(renamed).toMatchObject({ name: 'Renamed' });
    app.clock.advance(1_000);
    const passwords = { currentPassword: PASSWORD, newPassword: 'another passphrase of mine' };
    await app.http.post('/api/v1/me/password').set('Cookie', cookie).send(passwords).expect(204);
    const changed = await ownerNow();
    expect(Date.parse(changed['updatedAt']!) - Date.parse(renamed['updatedAt']!)).toBeGreaterThanOrEqual(
      1_000,
    );
  });

  it("shows a key's new name from the next request on", async () => {
    const { key, id } = await freshCaller();
    await me(key).expect(200);
    await app.http
      .patch(`/api/v1/api-keys/${id}`)
      .set('X-API-Key', key)
      .send({ name: 'Renamed' })
      .expect(200);
    const response = await app.http.post('/api/v1/ping').set('X-API-Key', key).send({}).expect(200);
    expect(response.body).toMatchObject({ apiKey: { id, name: 'Renamed' } });
  });
});
