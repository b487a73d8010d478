import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

interface Preview {
  readonly matched: number;
  readonly sample: readonly { id: string; owner: unknown }[];
}

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: Awaited<ReturnType<TestApp['createCaller']>>;

  beforeAll(async () => {
    const limits = { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_ADMIN: '100000' };
    app = await TestApp.start(kind, { env: { ...limits, RATE_LIMIT_STANDARD: '100000' } });
    admin = await app.createCaller('admin');
  });

  afterAll(() => app.stop());

  const post = (path: string, body?: object, key = admin.key) =>
    app.http.post(`/api/v1/admin/api-keys/${path}`).set('X-API-Key', key).send(body);
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const preview = async (selection: object): Promise<Preview> =>
    (await post('revoke', { ...selection, dryRun: true }).expect(200)).body as Preview;
  const matched = async (selection: object) => (await preview(selection)).matched;
  const run = (selection: object, expected: number) => post('revoke', { ...selection, expected });
  /** A user with some keys, the newest last. */
  const ownerOf = async (count: number, role: 'standard' | 'premium' = 'standard') => {
    const user = await app.createUser(role);
    const keys: { id: string; key: string }[] = [];
    for (let index = 0; index < count; index++) {
      keys.push(await app.createKey(user, { name: `Key ${index}` }));
      app.clock.advance(2);
    }
    return { user, keys, ids: keys.map(({ id }) => id) };
  };

  describe('one key', () => {
    it('of any user is revoked from the next request on, and revoking it again changes nothing', async () => {
      const { user, id, key } = await app.createCaller();
      await me(key).expect(200);
      const first = await post(`${id}/revoke`, { reason: ' Leaked ' }).expect(200);
      expect(first.body).toMatchObject({ id, status: 'revoked', revokedReason: 'Leaked' });
      expect(first.body).not.toHaveProperty('owner');
      expect(first.body).not.toHaveProperty('key');
      expectProblem(await me(key), 401, 'api_key_revoked');

      app.clock.advance(1_000);
      expect((await post(`${id}/revoke`, { reason: 'Again' }).expect(200)).body).toEqual(first.body);
      expect((await post(`${id}/revoke`).expect(200)).body).toEqual(first.body);
      const cookie = await app.signIn(user.email);
      const own = app.http.post(`/api/v1/api-keys/${id}/revoke`).set('Cookie', cookie);
      expect((await own.send({ reason: 'Mine' }).expect(200)).body).toEqual(first.body);
    });

    it('can be revoked without a reason, even if its owner is suspended', async () => {
      const { user, id } = await app.createCaller();
      const change = app.http.patch(`/api/v1/admin/users/${user.id}`).set('X-API-Key', admin.key);
      await change.send({ status: 'suspended' }).expect(200);
      const cookie = await app.signIn('root@example.com');
      const request = app.http.post(`/api/v1/admin/api-keys/${id}/revoke`).set('Cookie', cookie);
      const response = await request.send({ reason: null }).expect(200);
      expect(response.body).toMatchObject({ status: 'revoked', revokedReason: null });
    });

    it('is found only by its exact id, and not revoked by an invalid body', async () => {
      const { id, key } = await app.createCaller();
      for (const other of ['x', '0'.repeat(12), `${id}%20`, `chm_${id}`])
        expectProblem(await post(`${other}/revoke`), 404, 'api_key_not_found');
      for (const reason of ['', 'x'.repeat(201), 1, ['x'], 'a\u202eb', `was ${key}`])
        expectFieldErrors(await post(`${id}/revoke`, { reason }), 'reason');
      expectFieldErrors(await post(`${id}/revoke`, { dryRun: true }), 'dryRun');
      await me(key).expect(200);
    });
  });

  describe('many keys', () => {
    it('are counted and shown in a preview, newest first with their owners, which changes nothing', async () => {
      const { user, ids, keys } = await ownerOf(12);
      const { id, email, name } = user;
      const shown = await preview({ filter: { userId: id } });
      expect(shown.matched).toBe(12);
      expect(shown.sample.map((key) => key.id)).toEqual([...ids].reverse().slice(0, 10));
      expect(shown.sample[0]).toMatchObject({ name: 'Key 11', status: 'active', owner: { id, email, name } });
      expect(shown.sample[0]!.owner).toEqual({ id, email, name });
      expect(JSON.stringify(shown)).not.toContain(keys[11]!.key.slice(17));
      for (const { key } of keys) await me(key).expect(200);
    });

    it('are revoked by id: each counts once, unknown and revoked keys never count', async () => {
      const { keys, ids } = await ownerOf(3);
      const other = await app.createCaller();
      await post(`${ids[0]}/revoke`, { reason: 'First' }).expect(200);
      const unknown = Array.from({ length: 900 }, (_, index) => String(index).padStart(12, '0'));
      const selection = [...ids, ids[1], other.id, ...unknown, ...ids, other.id, `${ids[1]} `, '', '%'];
      const shown = await preview({ ids: selection });
      expect(shown.matched).toBe(3);
      expect(shown.sample.map(({ id }) => id)).toEqual([other.id, ids[2], ids[1]]);

      const response = await post('revoke', { ids: selection, expected: 3, reason: ' Clean-up ' }).expect(
        200,
      );
      expect(response.body).toEqual({ revoked: 3 });
      for (const { key } of [...keys, other]) expectProblem(await me(key), 401, 'api_key_revoked');
      const reasons = [];
      for (const id of ids) reasons.push((await post(`${id}/revoke`).expect(200)).body.revokedReason);
      expect(reasons).toEqual(['First', 'Clean-up', 'Clean-up']);
      expect(await matched({ ids: selection })).toBe(0);
      expect((await run({ ids: selection }, 0).expect(200)).body).toEqual({ revoked: 0 });
    });

    it('are selected only if they meet all conditions', async () => {
      const { user, keys, ids } = await ownerOf(4);
      const userId = user.id;
      await post(`${ids[0]}/revoke`).expect(200);
      expect(await matched({ filter: { userId } })).toBe(3);
      expect(await matched({ filter: { userId, status: 'active' } })).toBe(3);
      expect(await matched({ filter: { userId, status: 'expired' } })).toBe(0);
      expect(await matched({ filter: { userId, status: 'revoked' } })).toBe(0);
      expect(await matched({ filter: { status: 'revoked' } })).toBe(0);
      expect(await matched({ filter: { userId, search: ' KEY 1 ' } })).toBe(1);
      expect(await matched({ filter: { search: `chm_${ids[2]!.toUpperCase()}` } })).toBe(1);
      expect(await matched({ filter: { search: user.email.toUpperCase() } })).toBe(3);
      expect(await matched({ filter: { userId, search: user.email } })).toBe(0);
      expect(await matched({ filter: { userId, search: '%' } })).toBe(0);
      for (const unknownId of ['nobody', `${userId} `, userId.toUpperCase(), ''])
        expect(await matched({ filter: { userId: unknownId } })).toBe(0);
      expect(await matched({ filter: { userId, unusedForDays: 1 } })).toBe(0);
      app.clock.advance(DAY_MS + 1_000);
      expect(await matched({ filter: { userId, unusedForDays: 1 } })).toBe(3);
      expect(await matched({ filter: { userId, unusedForDays: 2 } })).toBe(0);

      const response = await run({ filter: { userId, search: 'key 3', unusedForDays: 1 } }, 1).expect(200);
      expect(response.body).toEqual({ revoked: 1 });
      expectProblem(await me(keys[3]!.key), 401, 'api_key_revoked');
      await me(keys[2]!.key).expect(200);
    });

    it('are revoked even if they have expired', async () => {
      const user = await app.createUser();
      const expiresAt = new Date(app.clock.now().getTime() + DAY_MS).toISOString();
      const { key } = await app.createKey(user, { name: 'Short', expiresAt });
      app.clock.advance(DAY_MS);
      expectProblem(await me(key), 401, 'api_key_expired');
      const filter = { userId: user.id, status: 'expired' };
      expect((await run({ filter }, 1).expect(200)).body).toEqual({ revoked: 1 });
      expectProblem(await me(key), 401, 'api_key_revoked');
    });

    it('are not revoked if the number of matching keys differs from the expected one', async () => {
      const { user, keys } = await ownerOf(3);
      const filter = { userId: user.id };
      for (const expected of [0, 2, 4, 1_000_000]) {
        const problem = expectProblem(await run({ filter }, expected), 409, 'selection_changed');
        expect(problem.detail).toMatch(/preview the keys again/i);
      }
      expect(await matched({ filter })).toBe(3);
      keys.push(await app.createKey(user));
      expectProblem(await run({ filter }, 3), 409, 'selection_changed');
      for (const { key } of keys) await me(key).expect(200);
    });

    it('may include the key of the request', async () => {
      const { user, id, key } = await app.createCaller('admin');
      const response = await post('revoke', { filter: { userId: user.id }, expected: 1 }, key).expect(200);
      expect(response.body).toEqual({ revoked: 1 });
      expectProblem(await me(key), 401, 'api_key_revoked');
      expect(await matched({ ids: [id] })).toBe(0);
    });

    it('are all revoked only with an explicit confirmation', async () => {
      const alone = await TestApp.start(kind);
      try {
        const cookie = await alone.signIn('root@example.com');
        const request = (body: object) =>
          alone.http.post('/api/v1/admin/api-keys/revoke').set('Cookie', cookie).send(body);
        const callers = [await alone.createCaller(), await alone.createCaller()];
        expect((await request({ filter: {}, dryRun: true }).expect(200)).body).toMatchObject({ matched: 2 });
        for (const filter of [{}, { search: '' }, { search: ' \u3000 ' }]) {
          expectFieldErrors(await request({ filter, expected: 2 }), 'confirm');
          expectFieldErrors(await request({ filter, expected: 2, confirm: false }), 'confirm');
        }
        expectFieldErrors(await request({ filter: {} }), 'confirm', 'expected');
        expectProblem(await request({ filter: {}, expected: 1, confirm: true }), 409, 'selection_changed');
        const as = (key: string) => alone.http.get('/api/v1/me').set('X-API-Key', key);
        for (const { key } of callers) await as(key).expect(200);

        const result = await request({ filter: { search: ' ' }, expected: 2, confirm: true }).expect(200);
        expect(result.body).toEqual({ revoked: 2 });
        for (const { key } of callers) expectProblem(await as(key), 401, 'api_key_revoked');
      } finally {
        await alone.stop();
      }
    });

    it('are not revoked by an invalid body, and the error names its fields', async () => {
      const { id, key, user } = await app.createCaller();
      const filter = { userId: user.id };
      const ids = [id];
      const wrong: [object, ...string[]][] = [
        [{}, 'ids', 'filter'],
        [{ dryRun: true, expected: 1 }, 'ids', 'filter'],
        [{ ids, filter, expected: 1 }, 'ids', 'filter'],
        [{ ids }, 'expected'],
        [{ filter, dryRun: false, confirm: true }, 'expected'],
        ...[null, -1, 1.5, '1', true, [1]].map((expected): [object, string] => [
          { ids, expected },
          'expected',
        ]),
        ...[null, 'true', 1].flatMap((flag): [object, string][] => [
          [{ ids, expected: 1, dryRun: flag }, 'dryRun'],
          [{ ids, expected: 1, confirm: flag }, 'confirm'],
        ]),
        ...[null, [], 'x', {}, [1], [null], [[id]], Array<string>(1_001).fill(id)].map(
          (value): [object, string] => [{ ids: value, expected: 1 }, 'ids'],
        ),
        ...[null, [], 'x', 1, true, [{}], [{ userId: user.id }]].map((value): [object, string] => [
          { filter: value, expected: 1, confirm: true },
          'filter',
        ]),
        [{ filter: { ...filter, role: 'standard' }, expected: 1 }, 'filter.role'],
        [{ filter: { toString: 1, constructor: 'x' }, expected: 1 }, 'filter.toString', 'filter.constructor'],
        [{ filter: { userId: 1, status: 'dead' }, expected: 1 }, 'filter.userId', 'filter.status'],
        [{ filter: { userId: null, search: null }, expected: 1 }, 'filter.userId', 'filter.search'],
        [{ filter: { search: key }, expected: 1 }, 'filter.search'],
        [{ filter: { search: 'a\nb' }, expected: 1 }, 'filter.search'],
        [{ filter: { search: { toString: 'x' } }, expected: 1 }, 'filter.search'],
        ...[0, -1, 1.5, '1', null, 36_501].map((unusedForDays): [object, string] => [
          { filter: { unusedForDays }, expected: 1, confirm: true },
          'filter.unusedForDays',
        ]),
        [{ ids, expected: 1, reason: '' }, 'reason'],
        [{ ids, expected: 1, reason: `was ${key}` }, 'reason'],
        [{ ids, expected: 1, userId: user.id }, 'userId'],
      ];
      for (const [body, ...fields] of wrong) {
        const response = await post('revoke', body);
        expectFieldErrors(response, ...fields);
        expect(response.text).not.toContain(key.slice(17));
      }
      expectFieldErrors(await post('revoke'), 'ids', 'filter');
      await me(key).expect(200);
      expect((await post('revoke', { ids, expected: 1, reason: null }).expect(200)).body).toEqual({
        revoked: 1,
      });
    });
  });

  it('is forbidden to everyone but admins, and then changes nothing', async () => {
    const victim = await app.createCaller();
    for (const role of ['standard', 'premium'] as const) {
      const { user, key, id } = await app.createCaller(role);
      const session = await app.signIn(user.email);
      const requests = () => [
        app.http.post(`/api/v1/admin/api-keys/${victim.id}/revoke`),
        app.http.post(`/api/v1/admin/api-keys/${id}/revoke`),
        app.http.post('/api/v1/admin/api-keys/revoke').send({ ids: [victim.id, id], expected: 2 }),
        app.http.post('/api/v1/admin/api-keys/revoke').send({ ids: [victim.id], dryRun: true }),
      ];
      for (const request of requests()) expectProblem(await request.set('X-API-Key', key), 403, 'forbidden');
      for (const request of requests()) expectProblem(await request.set('Cookie', session), 403, 'forbidden');
      for (const request of requests()) expectProblem(await request, 401, 'credentials_missing');
      await me(key).expect(200);
    }
    await me(victim.key).expect(200);
  });
});
