import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ApiKeyEntity, IdempotencyRecordEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity, UsageRecorder } from '../../src/modules/usage/index.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { HeldHashes } from '../support/held-hashes.js';
import { policyAndRemaining, expectProblem } from '../support/problem.js';
import { apiKeyRow } from '../support/rows.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const MAX_ACTIVE = 5;
const MAX = 8;

onEachDatabase((kind) => {
  let app: TestApp;
  let root: string;

  beforeAll(async () => {
    const limit = '1000000';
    app = await TestApp.start(kind, {
      env: {
        RATE_LIMIT_ANONYMOUS: limit,
        RATE_LIMIT_STANDARD: limit,
        RATE_LIMIT_SESSION: limit,
        REGISTRATION: 'open',
        MAX_ACTIVE_KEYS_PER_USER: String(MAX_ACTIVE),
        MAX_KEYS_PER_USER: String(MAX),
      },
    });
  });

  beforeEach(async () => {
    root = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const rows = () => app.nest.get(DataSource).getRepository(ApiKeyEntity);
  const ago = (days: number) => new Date(app.clock.now().getTime() - days * DAY_MS);
  const create = (key: string, body: object = { name: 'New' }) =>
    app.http.post('/api/v1/api-keys').set('X-API-Key', key).send(body);
  const revoke = (id: string, body: object = {}) =>
    app.http.post(`/api/v1/admin/api-keys/${id}/revoke`).set('Cookie', root).send(body);
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const namesOf = async (userId: string) =>
    (await rows().find({ where: { userId }, order: { createdAt: 'ASC', id: 'ASC' } })).map(
      ({ name }) => name,
    );

  /** A user at the limit of stored keys: older keys, oldest first, and the user's current key. */
  async function callerWith(older: readonly Partial<ApiKeyEntity>[]) {
    const caller = await app.createCaller();
    const userId = caller.user.id;
    const filled = [
      ...older,
      ...Array.from({ length: MAX - 1 - older.length }, () => ({ revokedAt: ago(1) })),
    ];
    const created = filled.map((key, index) =>
      apiKeyRow({ userId, createdAt: ago(1_000 - index), name: `Older ${index}`, ...key }),
    );
    await rows().insert(created);
    return { ...caller, userId, older: created };
  }

  describe('a user at the limit of stored keys', () => {
    it('gets no new key unless another one has been inactive for long enough', async () => {
      const { userId, key } = await callerWith([
        {},
        { revokedAt: ago(29.99) },
        { expiresAt: ago(29.99) },
        // This key has been revoked only since yesterday.
        { expiresAt: ago(400), revokedAt: ago(1) },
        { expiresAt: ago(-1) },
      ]);
      const before = await namesOf(userId);
      const problem = expectProblem(await create(key), 409, 'api_key_quota_reached');
      expect(problem.detail).toContain('30 days');
      expect(await namesOf(userId)).toEqual(before);
    });

    it.each([
      ['revoked', { revokedAt: ago }],
      ['expired', { expiresAt: ago }],
    ] as const)(
      'loses the oldest key that has been %s for 30 days when a new one is created',
      async (_name, ended) => {
        const [since] = Object.entries(ended).map(([name, at]) => (days: number) => ({ [name]: at(days) }));
        const { userId, key } = await callerWith([{}, since!(29), since!(31), since!(400), {}]);
        await create(key).expect(201);
        expect(await namesOf(userId)).toEqual([
          'Older 0',
          'Older 1',
          'Older 3',
          'Older 4',
          'Older 5',
          'Older 6',
          'Test key',
          'New',
        ]);
        await create(key, { name: 'Newer' }).expect(201);
        expect(await namesOf(userId)).not.toContain('Older 3');
        expectProblem(await create(key), 409, 'api_key_quota_reached');
        app.clock.advance(DAY_MS + 1_000);
        expectProblem(await create(key), 409, 'api_key_quota_reached');
      },
    );

    it('gets another key only after 30 days', async () => {
      const { key } = await callerWith([{ revokedAt: ago(29) }]);
      app.clock.advance(DAY_MS - 60_000);
      expectProblem(await create(key), 409, 'api_key_quota_reached');
      app.clock.advance(60_000);
      await create(key).expect(201);
    });

    it('loses exactly one key per new key when requests are simultaneous', async () => {
      const ended = Array.from({ length: 4 }, () => ({ revokedAt: ago(31) }));
      const { userId, key } = await callerWith(ended);
      const responses = await Promise.all(Array.from({ length: 6 }, () => create(key)));
      expect(responses.filter(({ status }) => status === 201)).toHaveLength(4);
      for (const response of responses.filter(({ status }) => status !== 201))
        expectProblem(response, 409, 'api_key_quota_reached');
      expect(await rows().countBy({ userId })).toBe(MAX);
    });

    it('loses no key for a creation that fails', async () => {
      const { userId, key } = await callerWith([{ revokedAt: ago(31) }]);
      const before = await namesOf(userId);
      expectProblem(await create(key, { name: '' }), 400, 'validation_failed');
      const hashes = new HeldHashes(app);
      const response = create(key).then((result) => result);
      await hashes.until(1);
      await app.http
        .patch(`/api/v1/admin/users/${userId}`)
        .set('Cookie', root)
        .send({ status: 'suspended' })
        .expect(200);
      hashes.release();
      expectProblem(await response, 403, 'account_suspended');
      expect(await namesOf(userId)).toEqual(before);
    });

    it('may keep more keys from before the limit; then each new key replaces one', async () => {
      const { userId, key } = await callerWith([{ revokedAt: ago(31) }, { revokedAt: ago(31) }]);
      await rows().insert(Array.from({ length: 20 }, () => apiKeyRow({ userId, revokedAt: ago(31) })));
      await create(key).expect(201);
      expect(await rows().countBy({ userId })).toBe(MAX + 20);
    });
  });

  describe('a replaced key', () => {
    /** A user whose next new key replaces `old`, a key that was used and then revoked 31 days ago. */
    async function withReplaceableKey() {
      const caller = await callerWith([]);
      await rows().delete({ userId: caller.userId, name: 'Older 0' });
      const old = (await create(caller.key, { name: 'Old' }).set('Idempotency-Key', 'old').expect(201))
        .body as {
        id: string;
        key: string;
      };
      await me(old.key).expect(200);
      await revoke(old.id).expect(200);
      await app.nest.get(UsageRecorder).flush();
      expect(await usageOf(old.id)).toBeGreaterThan(0);
      await rows().update({ userId: caller.userId, name: 'Older 1' }, { revokedAt: null });
      await rows().update({ id: old.id }, { revokedAt: ago(31), createdAt: ago(2_000) });
      return { ...caller, old };
    }
    const usageOf = (apiKeyId: string) =>
      app.nest.get(DataSource).getRepository(UsageHourEntity).countBy({ apiKeyId });

    it('is deleted with all rows that refer to it', async () => {
      const { key, userId, old } = await withReplaceableKey();
      expectProblem(await me(old.key), 401, 'api_key_revoked');
      await create(key).expect(201);
      expectProblem(
        await app.http.get(`/api/v1/api-keys/${old.id}`).set('X-API-Key', key),
        404,
        'api_key_not_found',
      );
      expectProblem(await revoke(old.id, { cascade: true }), 404, 'api_key_not_found');
      expect(await usageOf(old.id)).toBe(0);
      const records = app.nest.get(DataSource).getRepository(IdempotencyRecordEntity);
      expect(await records.countBy({ userId, apiKeyId: old.id })).toBe(0);
      await create(key, { name: 'Again' }).set('Idempotency-Key', 'old').expect(409);
    });

    it('is unknown at once, and a request with it counts as a failed attempt', async () => {
      const { key, old } = await withReplaceableKey();
      expectProblem(await me(old.key), 401, 'api_key_revoked');
      await create(key).expect(201);
      app.clock.advance(60_000);
      expectProblem(await me(old.key), 401, 'api_key_not_found');
      const second = await me(old.key);
      expectProblem(second, 401, 'api_key_not_found');
      expect(policyAndRemaining(second)).toMatch(/^failed-keys /);
    });

    it('passes the keys that it created on to the key that created it', async () => {
      const { key, id, userId } = await callerWith([{ revokedAt: ago(1) }]);
      await rows().delete({ userId, name: 'Older 0' });
      const parent = (await create(key, { name: 'Parent' }).expect(201)).body as { id: string; key: string };
      await rows().delete({ userId, name: 'Older 1' });
      const child = (await create(parent.key, { name: 'Child' }).expect(201)).body as {
        id: string;
        key: string;
      };
      await rows().delete({ userId, name: 'Older 2' });
      const grandchild = (await create(child.key, { name: 'Grandchild' }).expect(201)).body as {
        id: string;
        key: string;
      };
      for (const [index, each] of [parent, child].entries()) {
        await revoke(each.id).expect(200);
        await rows().update({ id: each.id }, { revokedAt: ago(31), createdAt: ago(3_000 - index) });
        await create(key, { name: `For ${each.id}` }).expect(201);
        expect(await rows().countBy({ id: each.id })).toBe(0);
        const shown = await app.http
          .get(`/api/v1/api-keys/${grandchild.id}`)
          .set('X-API-Key', key)
          .expect(200);
        expect(shown.body).toMatchObject({ createdByKeyId: child.id, status: 'active' });
      }
      const counted = (await revoke(id).expect(200)).body as { activeDescendants: number };
      expect(counted.activeDescendants).toBe(3);
      expect((await revoke(id, { cascade: true }).expect(200)).body).toMatchObject({ activeDescendants: 0 });
      expectProblem(await me(grandchild.key), 401, 'api_key_revoked');
    });

    it('leaves the usage of other keys unchanged', async () => {
      const { key, id, old } = await withReplaceableKey();
      const other = await app.createCaller();
      const usage = app.nest.get(UsageRecorder);
      await me(old.key);
      await me(other.key).expect(200);
      await create(key).expect(201);
      await usage.flush();
      expect(await usageOf(old.id)).toBe(0);
      for (const each of [other.id, id]) expect(await usageOf(each)).toBe(1);
    });
  });

  describe('nothing is hashed', () => {
    const hashed = async (request: () => PromiseLike<{ status: number }>, status: number) => {
      const hashes = new HeldHashes(app, 0);
      expect((await request()).status).toBe(status);
      hashes.release();
      return hashes.requested;
    };

    it('for a rejected creation', async () => {
      const full = await callerWith([]);
      expect(await hashed(() => create(full.key), 409)).toBe(0);

      const { user, id, key } = await app.createCaller();
      expect(await hashed(() => create(key).set('Idempotency-Key', 'a'), 201)).toBe(1);
      expect(await hashed(() => create(key).set('Idempotency-Key', 'a'), 409)).toBe(0);
      expect(await hashed(() => create(key, { name: 'b' }).set('Idempotency-Key', 'a'), 422)).toBe(0);
      const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
      const short = (await create(key, { name: 'Short', expiresAt }).expect(201)).body as { key: string };
      expect(await hashed(() => create(short.key, { name: 'x', expiresAt: null }), 403)).toBe(0);
      for (let index = 3; index < MAX_ACTIVE; index++) await create(key).expect(201);
      expect(await hashed(() => create(key), 409)).toBe(0);

      // Stale state, as another instance may briefly have it.
      await me(key).expect(200);
      await rows().update({ userId: user.id }, { expiresAt: null });
      await rows().update({ id }, { revokedAt: app.clock.now() });
      expect(await hashed(() => create(key), 401)).toBe(0);
    });

    it('for an account with an email address that is taken', async () => {
      const { email } = await app.createUser();
      const account = { email: email.toUpperCase(), name: 'Again', password: PASSWORD };
      const byAdmin = () =>
        app.http
          .post('/api/v1/admin/users')
          .set('Cookie', root)
          .send({ ...account, role: 'standard' });
      expect(await hashed(byAdmin, 409)).toBe(0);
      expect(await hashed(() => app.http.post('/api/v1/auth/sign-up').send(account), 409)).toBe(0);
    });

    it('for a missing user', async () => {
      const reset = (id: string) =>
        app.http.post(`/api/v1/admin/users/${id}/reset-password`).set('Cookie', root);
      expect(await hashed(() => reset(randomUUID()), 404)).toBe(0);
    });
  });
});
