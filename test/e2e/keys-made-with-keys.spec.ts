import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { ApiKeyEntity, ApiKeysService } from '../../src/modules/api-keys/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { gate } from '../support/gate.js';
import { HeldHashes } from '../support/held-hashes.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';
import { apiKeyRow } from '../support/rows.js';

jest.setTimeout(120_000);

const MINUTE_MS = 60_000;

interface Key {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: string | null;
  readonly createdByKeyId: string | null;
}

onEachDatabase((kind) => {
  let app: TestApp;
  let root: string;

  beforeAll(async () => {
    const limit = '1000000';
    const env = { RATE_LIMIT_ANONYMOUS: limit, RATE_LIMIT_STANDARD: limit, RATE_LIMIT_SESSION: limit };
    app = await TestApp.start(kind, { env });
    root = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  /** The clock keeps running, so expected times are relative to the start of each test. */
  let start = 0;
  beforeEach(() => (start = app.clock.now().getTime()));
  const later = (minutes: number) => new Date(start + minutes * MINUTE_MS).toISOString();
  const create = (key: string, body: object = {}) =>
    app.http
      .post('/api/v1/api-keys')
      .set('X-API-Key', key)
      .send({ name: 'Made', ...body });
  const createKey = async (key: string, body: object = {}): Promise<Key> =>
    (await create(key, body).expect(201)).body as Key;
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const rows = () => app.nest.get(DataSource).getRepository(ApiKeyEntity);

  describe('their lifetime', () => {
    const makerUntil = async (expiresAt: string) =>
      app.createKey(await app.createUser(), { name: 'Maker', expiresAt });

    it('is that of the creating key, unless the request asks for less', async () => {
      const expiresAt = later(10);
      const creatingKey = await makerUntil(expiresAt);
      expect((await createKey(creatingKey.key)).expiresAt).toBe(expiresAt);
      expect((await createKey(creatingKey.key, { expiresAt })).expiresAt).toBe(expiresAt);
      expect((await createKey(creatingKey.key, { expiresAt: later(5) })).expiresAt).toBe(later(5));
      const child = await createKey(creatingKey.key, { expiresAt: later(7) });
      expect(await createKey(child.key)).toMatchObject({ expiresAt: later(7), createdByKeyId: child.id });
    });

    it('is never longer: neither with a later time nor without expiration', async () => {
      const creatingKey = await makerUntil(later(10));
      const child = await createKey(creatingKey.key, { expiresAt: later(5) });
      for (const [key, expiresAt] of [
        [creatingKey.key, later(10.001)],
        [creatingKey.key, null],
        [child.key, later(10)],
        [child.key, null],
      ] as const) {
        const problem = expectProblem(await create(key, { expiresAt }), 403, 'forbidden');
        expect(problem.errors?.map(({ field }) => field)).toEqual(['expiresAt']);
        expect(problem.detail).toContain('expiresAt');
      }
      expectFieldErrors(await create(creatingKey.key, { expiresAt: later(-1) }), 'expiresAt');
    });

    it('is unlimited with a key that never expires, and with a session', async () => {
      const { user, key } = await app.createCaller();
      expect((await createKey(key)).expiresAt).toBeNull();
      expect((await createKey(key, { expiresAt: null })).expiresAt).toBeNull();
      expect((await createKey(key, { expiresAt: later(100_000) })).expiresAt).toBe(later(100_000));
      const cookie = await app.signIn(user.email);
      for (const expiresAt of [null, later(100_000)]) {
        const bySession = app.http.post('/api/v1/api-keys').set('Cookie', cookie);
        const response = await bySession.send({ name: 'By a person', expiresAt }).expect(201);
        expect(response.body).toMatchObject({ expiresAt, createdByKeyId: null });
      }
    });

    it('is checked against the creating key when the new key is stored', async () => {
      for (const [body, status] of [
        [{ expiresAt: later(5) }, 403],
        [{}, 201],
      ] as const) {
        const creatingKey = await makerUntil(later(10));
        const hashes = new HeldHashes(app);
        const response = create(creatingKey.key, body).then((result) => result);
        await hashes.until(1);
        await rows().update({ id: creatingKey.id }, { expiresAt: new Date(later(2)) });
        hashes.release();
        expect((await response).status).toBe(status);
        if (status === 201) expect((await response).body).toMatchObject({ expiresAt: later(2) });
      }
    });

    it('is part of an Idempotency-Key only if it differs from the default', async () => {
      const creatingKey = await makerUntil(later(10));
      const again = () => create(creatingKey.key).set('Idempotency-Key', 'again');
      const { id } = (await again().expect(201)).body as Key;
      expect(expectProblem(await again(), 409, 'already_created').apiKeyId).toBe(id);
    });
  });

  describe('descendants of a revoked key', () => {
    const revoke = (key: string, id: string, body: object = {}) =>
      app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).send(body);
    const revokeAny = (id: string, body: object = {}) =>
      app.http.post(`/api/v1/admin/api-keys/${id}/revoke`).set('Cookie', root).send(body);
    const reasons = async (...keys: { id: string }[]) => {
      const found = await Promise.all(keys.map(({ id }) => rows().findOneByOrFail({ id })));
      return found.map(({ revokedAt, revokedReason }) => revokedAt && revokedReason);
    };

    /** One key above and one beside it; below the first key a child, a grandchild and so on, and an expired key. */
    async function family() {
      const { user, ...above } = await app.createCaller();
      const first = await createKey(above.key);
      const beside = await createKey(above.key);
      const child = await createKey(first.key);
      const expired = await createKey(first.key, { expiresAt: later(1) });
      const ofExpired = await createKey(expired.key);
      await rows().update({ id: ofExpired.id }, { expiresAt: null });
      const grandchild = await createKey(child.key);
      const last = await createKey(grandchild.key);
      app.clock.advance(MINUTE_MS);
      return { user, above, first, beside, child, expired, ofExpired, grandchild, last };
    }

    it('are counted over all generations, even below inactive keys, after each request', async () => {
      const { above, first, beside, child, expired, ofExpired, grandchild, last } = await family();
      const count = async (key: { id: string }) => {
        const { body } = await revoke(above.key, key.id).expect(200);
        return (body as { activeDescendants: number }).activeDescendants;
      };
      expect(await count(first)).toBe(4);
      expect(await count(last)).toBe(0);
      expect(await count(first)).toBe(3);
      expect(await count(child)).toBe(1);
      expect(await count(expired)).toBe(1);
      expect(await count(beside)).toBe(0);
      for (const key of [ofExpired, grandchild]) await me(key.key).expect(200);
    });

    it.each(['its owner', 'an admin'])(
      'are revoked at once if %s requests it, with the reason',
      async (who) => {
        const { above, first, beside, child, expired, ofExpired, grandchild, last } = await family();
        const below = [child, ofExpired, grandchild, last];
        for (const { key } of [...below, first]) await me(key).expect(200);
        const body = { cascade: true, reason: 'Leaked' };
        const response = await (who === 'an admin'
          ? revokeAny(first.id, body)
          : revoke(above.key, first.id, body));
        expect(response.status).toBe(200);
        expect(response.body).toMatchObject({ id: first.id, status: 'revoked', activeDescendants: 0 });
        for (const { key } of [...below, first]) expectProblem(await me(key), 401, 'api_key_revoked');
        expect(await reasons(first, ...below)).toEqual(Array(5).fill('Leaked'));
        expect(await reasons(above, beside, expired)).toEqual([null, null, null]);
        for (const { key } of [above, beside]) await me(key).expect(200);
      },
    );

    it('are revoked even if that key was revoked before, and keep earlier times and reasons', async () => {
      const { above, first, child, ofExpired, grandchild, last } = await family();
      await revoke(above.key, first.id, { reason: 'first' }).expect(200);
      await revoke(above.key, child.id, { reason: 'second' }).expect(200);
      const response = await revokeAny(first.id, { cascade: true, reason: 'third' }).expect(200);
      expect(response.body).toMatchObject({ revokedReason: 'first', activeDescendants: 0 });
      expect(await reasons(first, child, ofExpired, grandchild, last)).toEqual([
        'first',
        'second',
        'third',
        'third',
        'third',
      ]);
      const again = await revoke(above.key, first.id, { cascade: true, reason: 'fourth' }).expect(200);
      expect(again.body).toMatchObject({ revokedReason: 'first', activeDescendants: 0 });
      expect(await reasons(last)).toEqual(['third']);
    });

    it('may include the key of the request', async () => {
      const { first, child, last } = await family();
      const response = await revoke(first.key, first.id, { cascade: true }).expect(200);
      expect(response.body).toMatchObject({ status: 'revoked', activeDescendants: 0 });
      for (const { key } of [first, child, last]) expectProblem(await me(key), 401, 'api_key_revoked');
    });

    it("are never another user's keys, whatever the table contains", async () => {
      const owner = await app.createCaller();
      const otherUser = await app.createCaller();
      await rows().update({ id: otherUser.id }, { createdByKeyId: owner.id });
      for (const response of [
        revoke(owner.key, owner.id, { cascade: true }),
        revokeAny(owner.id, { cascade: true }),
      ])
        expect([(await response).status, (await response).body.activeDescendants ?? 0]).toEqual([
          expect.any(Number),
          0,
        ]);
      await me(otherUser.key).expect(200);
      expectProblem(await revoke(otherUser.key, owner.id, { cascade: true }), 404, 'api_key_not_found');
    });

    it('are not revoked by a string or null, and bulk revocation rejects the field', async () => {
      const { id, key } = await app.createCaller();
      for (const cascade of ['yes', 1, null]) {
        expectFieldErrors(await revoke(key, id, { cascade }), 'cascade');
        expectFieldErrors(await revokeAny(id, { cascade }), 'cascade');
      }
      const bulk = app.http.post('/api/v1/admin/api-keys/revoke').set('Cookie', root);
      expectFieldErrors(await bulk.send({ ids: [id], expected: 1, cascade: true }), 'cascade');
      await me(key).expect(200);
    });

    it('are found across 1,000 generations, among 10,000 other keys, and in a cycle', async () => {
      const { user, id, key } = await app.createCaller();
      const name = (kindOf: string, index: number) => `${kindOf}${String(index).padStart(11, '0')}`;
      const chain = Array.from({ length: 1_000 }, (_, index) =>
        apiKeyRow({
          userId: user.id,
          id: name('c', index),
          createdByKeyId: index === 0 ? id : name('c', index - 1),
          revokedAt: index % 2 === 0 ? app.clock.now() : null,
        }),
      );
      const many = Array.from({ length: 10_000 }, (_, index) =>
        apiKeyRow({ userId: user.id, id: name('m', index), createdByKeyId: name('c', index % 1_000) }),
      );
      const circle = ['x', 'y'].map((each, index, all) =>
        apiKeyRow({
          userId: user.id,
          id: name(each, 0),
          createdByKeyId: index === 0 ? name('y', 0) : name(all[0]!, 0),
        }),
      );
      const all = [...chain, ...many, ...circle];
      for (let start = 0; start < all.length; start += 500)
        await rows().insert(all.slice(start, start + 500));

      const shown = await revokeAny(id).expect(200);
      expect(shown.body).toMatchObject({ activeDescendants: 10_500 });
      const ended = await revokeAny(id, { cascade: true, reason: 'all' }).expect(200);
      expect(ended.body).toMatchObject({ activeDescendants: 0 });
      expect(await rows().countBy({ userId: user.id, revokedReason: 'all' })).toBe(10_500);
      const inCircle = await revokeAny(name('x', 0), { cascade: true }).expect(200);
      expect(inCircle.body).toMatchObject({ activeDescendants: 0 });
      expect((await rows().findOneByOrFail({ id: name('y', 0) })).revokedAt).not.toBeNull();
      expectProblem(await me(key), 401, 'api_key_revoked');
    });
  });

  describe('while other keys are created', () => {
    const cascade = (id: string) =>
      app.http.post(`/api/v1/admin/api-keys/${id}/revoke`).set('Cookie', root).send({ cascade: true });

    it('include every key that was requested before', async () => {
      const { id, key, user } = await app.createCaller();
      const child = await createKey(key);
      const hashes = new HeldHashes(app);
      const response = create(child.key, { name: 'Too late' }).then((result) => result);
      await hashes.until(1);
      await cascade(id).expect(200);
      hashes.release();
      expectProblem(await response, 401, 'api_key_revoked');
      expect(await rows().countBy({ userId: user.id, name: 'Too late' })).toBe(0);
    });

    it('include a key that is stored after the search', async () => {
      const { id, key } = await app.createCaller();
      const child = await createKey(key);
      const database = app.nest.get(Database);
      const searched = gate();
      const goOn = gate();
      // The search happens right before the transaction.
      const write = jest.spyOn(database, 'write').mockImplementation(async (...args) => {
        if (args[0] !== SYSTEM_AUTHOR) {
          searched.open();
          await goOn.opened;
        }
        return Database.prototype.write.apply(database, args);
      });
      const response = cascade(id).then((result) => result);
      await searched.opened;
      write.mockRestore();
      const late = await createKey(child.key);
      const later = await createKey(late.key);
      goOn.open();
      expect((await response).body).toMatchObject({ status: 'revoked', activeDescendants: 0 });
      for (const each of [child, late, later]) expectProblem(await me(each.key), 401, 'api_key_revoked');
    });

    it('include every active key, 15 times', async () => {
      for (let round = 0; round < 15; round++) {
        const { id, key, user } = await app.createCaller();
        const child = await createKey(key);
        const requests = [
          ...[key, child.key, child.key].map((creatingKey) => create(creatingKey)),
          cascade(id),
          ...[key, child.key].map((creatingKey) => create(creatingKey)),
        ];
        const statuses = (await Promise.all(requests)).map(({ status }) => status);
        expect(statuses.filter((status) => ![200, 201, 401].includes(status))).toEqual([]);
        const owner = await app.principalOf(user);
        const found = await app.nest.get(ApiKeysService).countActiveDescendants(owner, id);
        expect(found).toBe(0);
      }
    });
  });
});
