import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { HeldHashes } from '../support/held-hashes.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', MAX_ACTIVE_KEYS_PER_USER: '5' },
    });
  });

  afterAll(() => app.stop());

  const create = (key: string, body: object, idempotencyKey?: string) => {
    const request = app.http.post('/api/v1/api-keys').set('X-API-Key', key);
    if (idempotencyKey !== undefined) void request.set('Idempotency-Key', idempotencyKey);
    return request.send(body);
  };
  const countKeys = async (key: string): Promise<number> => {
    const response = await app.http.get('/api/v1/api-keys?limit=100').set('X-API-Key', key).expect(200);
    return (response.body as { data: unknown[] }).data.length;
  };
  const revoke = (key: string, id: string) =>
    app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key);

  describe('with an Idempotency-Key', () => {
    it('creates one key and returns its id to repeated requests, also by session and after it is revoked', async () => {
      const { user, key } = await app.createCaller();
      const first = await create(key, { name: 'Once' }, 'abc').expect(201);
      const { id: apiKeyId } = first.body as { id: string };
      await revoke(key, apiKeyId).expect(200);
      const cookie = await app.signIn(user.email);
      const bySession = app.http.post('/api/v1/api-keys').set('Cookie', cookie).set('Idempotency-Key', 'abc');
      for (const again of [
        create(key, { name: 'Once' }, 'abc'),
        create(key, { name: ' Once ', expiresAt: null }, 'abc'),
      ]) {
        const problem = expectProblem(await again, 409, 'already_created');
        expect(problem.apiKeyId).toBe(apiKeyId);
      }
      expect(expectProblem(await bySession.send({ name: 'Once' }), 409, 'already_created').apiKeyId).toBe(
        apiKeyId,
      );
      expect(await countKeys(key)).toBe(2);
    });

    it('rejects another body, and is case-sensitive', async () => {
      const { key } = await app.createCaller();
      await create(key, { name: 'One' }, 'Abc').expect(201);
      expectProblem(await create(key, { name: 'Two' }, 'Abc'), 422, 'idempotency_key_reused');
      const expiresAt = new Date(app.clock.now().getTime() + DAY_MS).toISOString();
      expectProblem(await create(key, { name: 'One', expiresAt }, 'Abc'), 422, 'idempotency_key_reused');
      await create(key, { name: 'Two' }, 'abc').expect(201);
      expect(await countKeys(key)).toBe(3);
    });

    it('belongs to one user: other users can use the same value', async () => {
      const one = await app.createCaller();
      const other = await app.createCaller();
      await create(one.key, { name: 'Mine' }, 'shared').expect(201);
      const response = await create(other.key, { name: 'Mine' }, 'shared').expect(201);
      expect(response.text).not.toContain(one.id);
    });

    it('lets one of several simultaneous requests create the key, and returns its id to the others', async () => {
      const { key } = await app.createCaller();
      const twins = await Promise.all(
        Array.from({ length: 6 }, () => create(key, { name: 'Twin' }, 'twins')),
      );
      const [created, ...more] = twins.filter(({ status }) => status === 201);
      expect(more).toEqual([]);
      const { id } = created!.body as { id: string };
      const others = twins.filter((twin) => twin !== created);
      expect(others.map((twin) => expectProblem(twin, 409, 'already_created').apiKeyId)).toEqual(
        Array(5).fill(id),
      );
      expect(await countKeys(key)).toBe(2);
    });

    it('is free again after a creation that failed', async () => {
      const { key } = await app.createCaller();
      expectFieldErrors(await create(key, { name: '' }, 'retry'), 'name');
      const created = [];
      for (const name of ['a', 'b', 'c', 'd'])
        created.push((await create(key, { name }).expect(201)).body as { id: string });
      expectProblem(await create(key, { name: 'x' }, 'retry'), 409, 'api_key_quota_reached');
      await revoke(key, created[0]!.id).expect(200);
      await create(key, { name: 'something else' }, 'retry').expect(201);
    });

    it('is free again after 24 hours, but not before', async () => {
      const { key } = await app.createCaller();
      await create(key, { name: 'Daily' }, 'daily').expect(201);
      app.clock.advance(DAY_MS - 60_000);
      expectProblem(await create(key, { name: 'Daily' }, 'daily'), 409, 'already_created');
      app.clock.advance(60_001);
      await create(key, { name: 'Tomorrow' }, 'daily').expect(201);
      expectProblem(await create(key, { name: 'Tomorrow' }, 'daily'), 409, 'already_created');
    });

    it('must be 1 to 255 visible ASCII characters', async () => {
      const { key } = await app.createCaller();
      for (const wrong of ['', ' ', 'a b', 'a\tb', 'é', 'x'.repeat(256)]) {
        expectFieldErrors(await create(key, { name: 'x' }, wrong), 'Idempotency-Key');
      }
      expect(await countKeys(key)).toBe(1);
      await create(key, { name: 'x' }, `!${'~'.repeat(254)}`).expect(201);
    });
  });

  describe('with a quota', () => {
    it('rejects one more active key than allowed, and does not count revoked and expired keys', async () => {
      const { key } = await app.createCaller();
      const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
      const { id } = (await create(key, { name: 'a' }).expect(201)).body as { id: string };
      await create(key, { name: 'b', expiresAt }).expect(201);
      await create(key, { name: 'c' }).expect(201);
      await create(key, { name: 'd' }).expect(201);
      expectProblem(await create(key, { name: 'e' }), 409, 'api_key_quota_reached');
      await revoke(key, id).expect(200);
      await create(key, { name: 'e' }).expect(201);
      expectProblem(await create(key, { name: 'f' }), 409, 'api_key_quota_reached');
      app.clock.advance(60_000);
      await create(key, { name: 'f' }).expect(201);
      expectProblem(await create(key, { name: 'g' }), 409, 'api_key_quota_reached');
    });

    it('stops exactly at the quota when requests are simultaneous', async () => {
      const { key } = await app.createCaller();
      const responses = await Promise.all(
        Array.from({ length: 12 }, (_, i) => create(key, { name: `Key ${i}` })),
      );
      expect(responses.filter(({ status }) => status === 201)).toHaveLength(4);
      for (const response of responses.filter(({ status }) => status !== 201))
        expectProblem(response, 409, 'api_key_quota_reached');
      expect(await countKeys(key)).toBe(5);
    });
  });

  it('creates no key when the creating key is revoked while the new one is hashed', async () => {
    const { user, id, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    const hashes = new HeldHashes(app);
    const creation = create(key, { name: 'Too late' }).then((response) => response);
    await hashes.until(1);
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('Cookie', cookie).expect(200);
    hashes.release();
    expectProblem(await creation, 401, 'api_key_revoked');
    const list = await app.http.get('/api/v1/api-keys').set('Cookie', cookie).expect(200);
    expect((list.body as { data: { name: string }[] }).data.map(({ name }) => name)).toEqual(['Test key']);
    expectProblem(await create(key, { name: 'Later' }), 401, 'api_key_revoked');
  });
});
