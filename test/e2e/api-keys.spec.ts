import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

const KEY = /^chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/;
const DAY_MS = 24 * 60 * 60 * 1_000;

onEachDatabase((kind) => {
  let app: TestApp;
  let owner: Awaited<ReturnType<TestApp['createCaller']>>;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_STANDARD: '100000', RATE_LIMIT_ANONYMOUS: '100000' },
    });
    owner = await app.createCaller();
  });

  afterAll(() => app.stop());

  const create = (body: object, key = owner.key) =>
    app.http.post('/api/v1/api-keys').set('X-API-Key', key).send(body);
  const get = (id: string, key = owner.key) => app.http.get(`/api/v1/api-keys/${id}`).set('X-API-Key', key);
  const rename = (id: string, body: object, key = owner.key) =>
    app.http.patch(`/api/v1/api-keys/${id}`).set('X-API-Key', key).send(body);
  const revoke = (id: string, body?: object, key = owner.key) =>
    app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).send(body);

  it('takes a key through its whole life: created, used, permanently revoked', async () => {
    const { id, key } = await app.createCaller();

    const alive = await app.http
      .post('/api/v1/ping')
      .set('X-API-Key', key)
      .send({ hello: 'world' })
      .expect(200);
    expect(alive.body).toMatchObject({
      message: 'pong',
      echo: { hello: 'world' },
      apiKey: { id, name: 'Test key' },
    });

    const revoked = await revoke(id, { reason: 'done with it' }, key).expect(200);
    expect(revoked.body).toMatchObject({ id, status: 'revoked', revokedReason: 'done with it' });

    const dead = await app.http.get('/api/v1/me').set('X-API-Key', key);
    expectProblem(dead, 401, 'api_key_revoked');
  });

  it('returns a new key with every documented field, and its location', async () => {
    const before = app.clock.now().getTime();
    const response = await create({ name: '  Déploiement 🚀  ' }).expect(201);
    const { key, ...apiKey } = response.body as Record<string, unknown>;

    expect(key).toMatch(KEY);
    expect(apiKey).toEqual({
      id: (key as string).slice(4, 16),
      name: 'Déploiement 🚀',
      description: null,
      prefix: (key as string).slice(0, 16),
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      lastUsedAt: null,
      lastUsedFrom: null,
      expiresAt: null,
      revokedAt: null,
      revokedReason: null,
      createdByKeyId: owner.id,
      scopes: null,
      allowedAddresses: null,
    });
    expect(Math.abs(new Date(apiKey['createdAt'] as string).getTime() - before)).toBeLessThan(10_000);
    expect(response.headers['location']).toBe(`/api/v1/api-keys/${apiKey['id'] as string}`);
    expect(response.headers['cache-control']).toBe('no-store');
    expect((await get(apiKey['id'] as string).expect(200)).body).toEqual(apiKey);
  });

  it('returns the complete key only in the first response', async () => {
    const { body } = await create({ name: 'Shown once' }).expect(201);
    const { id, key } = body as { id: string; key: string };
    const cookie = await app.signIn(owner.user.email);
    const admin = await app.signIn('root@example.com');
    const asOwner = (path: string) => app.http.get(path).set('Cookie', cookie);
    const responses = [
      await get(id).expect(200),
      await rename(id, { name: 'Still shown once' }).expect(200),
      await asOwner('/api/v1/api-keys?limit=100').expect(200),
      await app.http.get('/api/v1/admin/api-keys?limit=100').set('Cookie', admin).expect(200),
      await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200),
      await app.http.post('/api/v1/ping').set('X-API-Key', key).send({}).expect(200),
      await revoke(id, { reason: 'seen' }).expect(200),
      await app.http.get('/api/v1/me').set('X-API-Key', key).expect(401),
    ];
    for (const response of responses) {
      expect(response.text).toContain(response.status === 401 ? 'api_key_revoked' : id);
      expect(response.text + JSON.stringify(response.headers)).not.toContain(key.slice(17, 47));
      expect(response.text).not.toMatch(/"(key|hash)"|\$2b\$/);
    }
  });

  it('records which key created a key, and nothing for a session', async () => {
    const bySession = await get(owner.id).expect(200);
    expect(bySession.body).toMatchObject({ createdByKeyId: null });
    const child = (await create({ name: 'Child' }).expect(201)).body as { key: string; id: string };
    const grandchild = (await create({ name: 'Grandchild' }, child.key).expect(201)).body as { id: string };
    expect((await get(grandchild.id).expect(200)).body).toMatchObject({ createdByKeyId: child.id });
  });

  it('finds a key only by its exact id, and only for its owner', async () => {
    const otherUser = await app.createCaller();
    const { id } = (await create({ name: 'abcXYZ' }).expect(201)).body as { id: string };
    const swapped = [...id].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('');
    const wrong = [
      otherUser.id,
      swapped,
      '000000000000',
      'x',
      `${id}%20`,
      `${id}x`,
      '%00',
      "' OR 1=1 --",
      'a'.repeat(5_000),
    ];
    for (const other of wrong.filter((other) => other !== id)) {
      for (const request of [
        get(other),
        rename(other, { name: 'Mine now' }),
        rename(other, {}),
        revoke(other),
      ]) {
        const problem = expectProblem(await request, 404, 'api_key_not_found');
        expect(problem.detail).toBe('API key not found');
      }
    }
    expect((await get(otherUser.id, otherUser.key).expect(200)).body).toMatchObject({
      name: 'Test key',
      status: 'active',
    });
    expect((await get(id).expect(200)).body).toMatchObject({ name: 'abcXYZ', status: 'active' });
  });

  it('renames a key, even a revoked one, and changes nothing without a name', async () => {
    const { id } = (await create({ name: 'Before' }).expect(201)).body as { id: string };
    expect((await rename(id, { name: ' After ' }).expect(200)).body).toMatchObject({ id, name: 'After' });
    expect((await rename(id, {}).expect(200)).body).toMatchObject({ id, name: 'After' });
    await revoke(id).expect(200);
    expect((await rename(id, { name: 'Grave' }).expect(200)).body).toMatchObject({
      name: 'Grave',
      status: 'revoked',
    });
    expectFieldErrors(await rename(id, { name: 'x', status: 'active' }), 'status');
    expectFieldErrors(await rename(id, { revokedAt: null }), 'revokedAt');
    expect((await get(id).expect(200)).body).toMatchObject({ name: 'Grave', status: 'revoked' });
  });

  it('revokes once: later requests get 200 and change neither time nor reason', async () => {
    const { id, key } = (await create({ name: 'Twice' }).expect(201)).body as { id: string; key: string };
    const first = await revoke(id).expect(200);
    expect(first.body).toMatchObject({ status: 'revoked', revokedReason: null });
    expect(first.body).not.toMatchObject({ revokedAt: null });
    app.clock.advance(5_000);
    const again = await revoke(id, { reason: 'second thoughts' }).expect(200);
    expect(again.body).toEqual(first.body);
    expectProblem(await app.http.get('/api/v1/me').set('X-API-Key', key), 401, 'api_key_revoked');
    expectFieldErrors(await revoke(id, { reason: 'x'.repeat(201) }), 'reason');
    const { key: other } = (await create({ name: 'Other' }).expect(201)).body as { key: string };
    expectFieldErrors(await revoke(id, { reason: `leaked ${other}` }), 'reason');
  });

  it('ends a key at its expiresAt', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 2 * DAY_MS).toISOString();
    const { id, key } = (await create({ name: 'Short', expiresAt }).expect(201)).body as {
      id: string;
      key: string;
    };
    expect((await get(id).expect(200)).body).toMatchObject({ expiresAt, status: 'active' });
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);

    app.clock.advance(2 * DAY_MS);
    expectProblem(await app.http.get('/api/v1/me').set('X-API-Key', key), 401, 'api_key_expired');
    expect((await get(id).expect(200)).body).toMatchObject({ expiresAt, status: 'expired', revokedAt: null });

    await revoke(id, { reason: 'after all' }).expect(200);
    expectProblem(await app.http.get('/api/v1/me').set('X-API-Key', key), 401, 'api_key_revoked');
  });

  it('accepts a time with any offset, and rejects a past or invalid time', async () => {
    const year = app.clock.now().getUTCFullYear() + 1;
    const { body } = await create({ name: 'Offset', expiresAt: `${year}-01-31T01:00:00+02:00` }).expect(201);
    expect(body).toMatchObject({ expiresAt: `${year}-01-30T23:00:00.000Z` });
    expect((await create({ name: 'Never', expiresAt: null }).expect(201)).body).toMatchObject({
      expiresAt: null,
    });
    const wrong = [
      '2020-01-01T00:00:00Z',
      `${year}-02-30T00:00:00Z`,
      `${year}-01-01`,
      `${year}-01-01T00:00:00`,
      '',
      'soon',
      1,
      true,
      {},
      ['x'],
    ];
    for (const expiresAt of wrong) expectFieldErrors(await create({ name: 'Wrong', expiresAt }), 'expiresAt');
  });

  it('rejects scopes, addresses and every other unknown field', async () => {
    expectFieldErrors(await create({ name: 'x', scopes: ['read'] }), 'scopes');
    expectFieldErrors(await create({ name: 'x', allowedAddresses: ['10.0.0.0/8'] }), 'allowedAddresses');
    expectFieldErrors(await create({ name: 'x', userId: owner.user.id, id: '0'.repeat(12) }), 'userId', 'id');
    expectFieldErrors(await create({ name: 'x', constructor: 1, toString: 2 }), 'constructor', 'toString');
  });

  it('rejects a name that looks like a key', async () => {
    const fresh = (await create({ name: 'x' }).expect(201)).body as { id: string; key: string };
    for (const name of [fresh.key, `my key: ${fresh.key}!`, fresh.key.replace('chm', 'acme')]) {
      expectFieldErrors(await create({ name }), 'name');
      expectFieldErrors(await rename(fresh.id, { name }), 'name');
    }
    await create({ name: fresh.key.slice(0, 16) }).expect(201);
  });
});
