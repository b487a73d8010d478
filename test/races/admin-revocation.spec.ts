import { DataSource } from 'typeorm';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { InvalidationBus, type Invalidation } from '../../src/invalidation/index.js';
import { RevocationRepository } from '../../src/modules/api-keys/revocation/revocation.repository.js';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageRecorder } from '../../src/modules/usage/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { holdAfter, nextCall } from '../support/held-call.js';
import { expectProblem } from '../support/problem.js';
import { apiKeyRow } from '../support/rows.js';

/** More than the search reads in one step. */
const MANY = 12_000;
const TRIES = 30;
const KEYS = 5;

interface Owner {
  readonly userId: string;
  readonly keys: readonly { id: string; key: string }[];
  readonly ids: readonly string[];
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

  const post = (path: string, body: object, key = admin.key) =>
    app.http.post(`/api/v1/${path}`).set('X-API-Key', key).send(body);
  const bulk = (body: object) => post('admin/api-keys/revoke', body);
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const reasonsOf = async (userId: string): Promise<(string | null)[]> => {
    const rows = await app.nest.get(DataSource).manager.findBy(ApiKeyEntity, { userId });
    return rows.map(({ revokedAt, revokedReason }) => revokedAt && revokedReason);
  };
  const insertMany = async (userId: string, name: string) => {
    const rows = Array.from({ length: MANY }, () => apiKeyRow({ userId, name }));
    for (let start = 0; start < MANY; start += 500)
      await app.nest.get(DataSource).manager.insert(ApiKeyEntity, rows.slice(start, start + 500));
    return rows.map(({ id }) => id);
  };

  describe(`${MANY} keys`, () => {
    const reason = 'The project has ended';

    it('of one user are revoked in one transaction, and each revocation is published', async () => {
      const { user, id, key } = await app.createCaller();
      const other = await app.createCaller();
      const ids = [id, ...(await insertMany(user.id, 'Many'))];
      for (const each of [key, other.key]) await me(each).expect(200);
      const received = new Set<string>();
      const record = (rows: readonly Invalidation[]) => rows.forEach(({ id }) => received.add(id));
      app.nest
        .get(InvalidationBus)
        .subscribe({ invalidated: record, everythingInvalidated: () => undefined });

      const filter = { userId: user.id };
      const shown = await bulk({ filter, dryRun: true }).expect(200);
      expect(shown.body).toMatchObject({ matched: MANY + 1, sample: { length: 10 } });
      expect(shown.body.sample[0].id).toBe(id);
      expectProblem(await bulk({ filter, expected: MANY }), 409, 'selection_changed');
      const response = await bulk({ filter, expected: MANY + 1, reason }).expect(200);
      expect(response.body).toEqual({ revoked: MANY + 1 });

      expectProblem(await me(key), 401, 'api_key_revoked');
      await me(other.key).expect(200);
      expect(await reasonsOf(user.id)).toEqual(ids.map(() => reason));
      expect(ids.filter((each) => !received.has(each))).toEqual([]);
      if (kind.name === 'MariaDB') {
        const [row] = await app.nest.get(DataSource).query('SELECT COUNT(*) AS count FROM change_feed');
        expect(Number((row as { count: string }).count)).toBeGreaterThan(MANY);
      }
    });

    it('found by a search are revoked, wherever they are among other keys', async () => {
      const { id: userId } = await app.createUser();
      const { id: bystander } = await app.createUser();
      await insertMany(bystander, 'Other');
      await insertMany(userId, 'Wanted');
      const { key } = await app.createKey(await app.createUser(), { name: 'Wanted too' });
      const filter = { search: 'wanted', unusedForDays: 1 };
      app.clock.advance(24 * 60 * 60 * 1_000 + 1_000);
      expect((await bulk({ filter, dryRun: true }).expect(200)).body.matched).toBe(MANY + 1);
      await bulk({ filter, expected: MANY + 1, reason }).expect(200);
      expect(new Set(await reasonsOf(userId))).toEqual(new Set([reason]));
      expect(new Set(await reasonsOf(bystander))).toEqual(new Set([null]));
      expectProblem(await me(key), 401, 'api_key_revoked');
    });
  });

  const ownerOf = async (): Promise<Owner> => {
    const user = await app.createUser();
    const keys = [];
    for (let index = 0; index < KEYS; index++) keys.push(await app.createKey(user));
    return { userId: user.id, keys, ids: keys.map(({ id }) => id) };
  };

  it(`reports keys as revoked only once for two simultaneous equal requests, ${TRIES} times`, async () => {
    for (let round = 0; round < TRIES; round++) {
      const { userId, ids } = await ownerOf();
      const selection = round % 2 === 0 ? { ids } : { filter: { userId } };
      const responses = await Promise.all(
        ['one', 'other'].map((reason) => bulk({ ...selection, expected: KEYS, reason })),
      );
      const winner = responses.findIndex(({ status }) => status === 200);
      expect(responses[winner]!.body).toEqual({ revoked: KEYS });
      expectProblem(responses[1 - winner]!, 409, 'selection_changed');
      expect(await reasonsOf(userId)).toEqual(ids.map(() => ['one', 'other'][winner]));
    }
  });

  describe('during a revocation of a single key', () => {
    const database = () => app.nest.get(Database);
    const byAdmin = ({ ids }: Owner) => post(`admin/api-keys/${ids[2]}/revoke`, { reason: 'single' });
    const byOwner = ({ ids, keys }: Owner) =>
      post(`api-keys/${ids[2]}/revoke`, { reason: 'single' }, keys[0]!.key);
    const manyOf = ({ userId }: Owner) => bulk({ filter: { userId }, expected: KEYS, reason: 'bulk' });
    const cases = [
      ['an admin', byAdmin],
      ['the owner', byOwner],
    ] as const;

    /** The responses to two requests. The second one wants to write before the first one has committed. */
    async function inOrder(owner: Owner, first: typeof byAdmin, second: typeof byAdmin) {
      for (const { key } of owner.keys) await me(key).expect(200);
      const revoking = holdAfter(app.nest.get(RevocationRepository), 'revoke');
      const one = first(owner).then((response) => response);
      await revoking.worked;
      const writeStarted = nextCall(database(), 'write', (by) => by !== SYSTEM_AUTHOR);
      const other = second(owner).then((response) => response);
      await writeStarted;
      // It locks the same rows.
      const flushed = app.nest.get(UsageRecorder).flush();
      revoking.release();
      await flushed;
      return Promise.all([one, other]);
    }

    it.each(cases)('keeps the reason of the first request: %s', async (by, single) => {
      const owner = await ownerOf();
      const [many, one] = await inOrder(owner, manyOf, single);
      expect(many.body).toEqual({ revoked: KEYS });
      if (by === 'an admin') expect(one.body).toMatchObject({ status: 'revoked', revokedReason: 'bulk' });
      else expectProblem(one, 401, 'api_key_revoked');
      expect(await reasonsOf(owner.userId)).toEqual(owner.ids.map(() => 'bulk'));
      for (const { key } of owner.keys) expectProblem(await me(key), 401, 'api_key_revoked');
    });

    it.each(cases)('revokes nothing for the second request: %s', async (_by, single) => {
      const owner = await ownerOf();
      const [one, many] = await inOrder(owner, single, manyOf);
      expect(one.body).toMatchObject({ status: 'revoked', revokedReason: 'single' });
      expectProblem(many, 409, 'selection_changed');
      expect((await reasonsOf(owner.userId)).filter((reason) => reason !== null)).toEqual(['single']);
      for (const [index, { key }] of owner.keys.entries())
        expect((await me(key)).status).toBe(index === 2 ? 401 : 200);
    });
  });
});
