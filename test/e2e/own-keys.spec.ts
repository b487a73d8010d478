import { DataSource } from 'typeorm';
import { parseApiKey } from '../../src/common/text/api-key-format.js';
import {
  AdminApiKeysService,
  ALL_OWN_KEYS,
  ApiKeyEntity,
  ApiKeysService,
  type OwnApiKeyFilter,
} from '../../src/modules/api-keys/index.js';
import type { User } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectFieldErrors } from '../support/problem.js';
import { apiKeyRow } from '../support/rows.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Page {
  data: { id: string; name: string; status: string; lastUsedAt: string | null }[];
  nextCursor: string | null;
  total: number;
}

onEachDatabase((kind) => {
  let app: TestApp;
  let user: User;
  let cookie: string;
  let start: number;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_SESSION: '100000' } });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    user = await app.createUser();
    cookie = await app.signIn(user.email);
    start = app.clock.now().getTime();
  });

  /** A time relative to the start of the test. */
  const at = (days: number, ms = 0) => new Date(start + days * DAY_MS + ms);
  const insert = async (...keys: (Partial<ApiKeyEntity> & { name: string })[]) => {
    const rows = keys.map((key) => apiKeyRow({ userId: user.id, createdAt: at(-400), ...key }));
    const repository = app.nest.get(DataSource).getRepository(ApiKeyEntity);
    for (let start = 0; start < rows.length; start += 500)
      await repository.insert(rows.slice(start, start + 500));
    return rows;
  };
  const list = (query: object) => app.http.get('/api/v1/api-keys').query(query).set('Cookie', cookie);
  const page = async (query: object): Promise<Page> => (await list(query).expect(200)).body as Page;
  const namesOf = async (query: object) => (await page(query)).data.map(({ name }) => name);
  /** Reads all pages. */
  async function pagesOf(query: object): Promise<string[]> {
    const names: string[] = [];
    for (let cursor: string | null = null; ;) {
      const next: Page = await page({ ...query, ...(cursor && { cursor }) });
      names.push(...next.data.map(({ name }) => name));
      cursor = next.nextCursor;
      if (cursor === null) return names;
    }
  }

  describe('the list', () => {
    it('sorts by last use, with unused keys last, and by creation and id at equal times', async () => {
      await insert(
        { id: 'a'.repeat(12), name: 'never, old', createdAt: at(-9) },
        { id: 'b'.repeat(12), name: 'never, new', createdAt: at(-8) },
        { id: 'c'.repeat(12), name: 'never, new, higher id', createdAt: at(-8) },
        { id: 'd'.repeat(12), name: 'used long ago', createdAt: at(-1), lastUsedAt: at(-1) },
        { id: 'e'.repeat(12), name: 'used now', createdAt: at(-10), lastUsedAt: at(0) },
        { id: 'f'.repeat(12), name: 'used now, newer', createdAt: at(-9), lastUsedAt: at(0) },
        { id: 'g'.repeat(12), name: 'used now, newer, higher id', createdAt: at(-9), lastUsedAt: at(0) },
      );
      const expected = [
        'used now, newer, higher id',
        'used now, newer',
        'used now',
        'used long ago',
        'never, new, higher id',
        'never, new',
        'never, old',
      ];
      for (const limit of [1, 2, 3, 4, 100])
        expect(await pagesOf({ sort: 'lastUsedAt', limit })).toEqual(expected);
      expect(await pagesOf({ sort: 'createdAt', limit: 2 })).toEqual(await namesOf({ limit: 100 }));
    });

    it('filters by expiration, last use and status, in every order', async () => {
      await insert(
        { name: 'soon', expiresAt: at(30) },
        { name: 'later', expiresAt: at(30, MINUTE_MS) },
        { name: 'expired', expiresAt: at(0) },
        { name: 'soon, revoked', expiresAt: at(1), revokedAt: at(-1) },
        { name: 'unused', lastUsedAt: at(-90, -MINUTE_MS) },
        { name: 'used', lastUsedAt: at(-90, MINUTE_MS) },
        { name: 'used by a wrong clock', lastUsedAt: at(2) },
        { name: 'new', createdAt: at(-90, MINUTE_MS) },
      );
      for (const sort of ['createdAt', 'lastUsedAt']) {
        const find = async (query: object) => {
          const names = (await pagesOf({ sort, limit: 2, ...query })).sort();
          expect((await page({ sort, ...query })).total).toBe(names.length);
          return names;
        };
        expect(await find({ expiresWithinDays: 30 })).toEqual(['soon']);
        expect(await find({ expiresWithinDays: 31 })).toEqual(['later', 'soon']);
        expect(await find({ expiresWithinDays: 36_500, status: 'active' })).toEqual(['later', 'soon']);
        expect(await find({ expiresWithinDays: 36_500, status: 'revoked' })).toEqual([]);
        const unused = ['unused', 'used by a wrong clock'];
        const never = ['expired', 'later', 'soon', 'soon, revoked'];
        expect(await find({ unusedForDays: 90 })).toEqual([...never, ...unused].sort());
        expect(await find({ unusedForDays: 90, status: 'active' })).toEqual(['later', 'soon', ...unused]);
        expect(await find({ unusedForDays: 90, search: 'USE' })).toEqual(unused);
        expect(await find({ unusedForDays: 36_500 })).toEqual([]);
        expect(await find({ status: 'expired', search: 'pir' })).toEqual(['expired']);
      }
    });

    it('rejects invalid filters, and a cursor of another sort', async () => {
      await insert({ name: 'a' }, { name: 'b', lastUsedAt: at(-1) });
      for (const days of ['0', '36501', '-1', '1.5', 'x', '']) {
        expectFieldErrors(await list({ unusedForDays: days }), 'unusedForDays');
        expectFieldErrors(await list({ expiresWithinDays: days }), 'expiresWithinDays');
      }
      for (const sort of ['', 'name', 'createdat', '-createdAt'])
        expectFieldErrors(await list({ sort }), 'sort');
      for (const [sort, other] of [
        ['createdAt', 'lastUsedAt'],
        ['lastUsedAt', 'createdAt'],
      ]) {
        const { nextCursor } = await page({ sort, limit: 1 });
        const denied = await list({ sort: other, cursor: nextCursor });
        expectFieldErrors(denied, 'cursor');
        expect(denied.body).toMatchObject({ errors: [{ field: 'cursor', code: 'invalid_cursor' }] });
        expect(await namesOf({ sort, limit: 1, cursor: nextCursor })).toHaveLength(1);
      }
    });

    it("keeps an altered cursor within the caller's list", async () => {
      await insert({ name: 'mine, used', lastUsedAt: at(-3) }, { name: 'mine' });
      const other = await app.createUser();
      await insert({ userId: other.id, name: 'theirs', lastUsedAt: at(-2) }, { userId: other.id, name: 'x' });
      const cursorOf = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');
      const used = [at(-2).getTime(), at(-400).getTime(), 'zzzzzzzzzzzz'];
      expect(await namesOf({ sort: 'lastUsedAt', cursor: cursorOf(used) })).toEqual(['mine, used', 'mine']);
      const unused = [null, at(0).getTime(), 'zzzzzzzzzzzz'];
      expect(await namesOf({ sort: 'lastUsedAt', cursor: cursorOf(unused) })).toEqual(['mine']);
    });

    it('is stable when keys are added between two pages, in every order', async () => {
      await insert({ name: '1' }, { name: '2', lastUsedAt: at(-5) }, { name: '3', lastUsedAt: at(-6) });
      const first = await page({ sort: 'lastUsedAt', limit: 1 });
      await insert({ name: 'added', createdAt: at(0) }, { name: 'used', lastUsedAt: at(-1) });
      const rest = await namesOf({ sort: 'lastUsedAt', cursor: first.nextCursor });
      expect([...first.data.map(({ name }) => name), ...rest]).toEqual(['2', '3', 'added', '1']);
    });

    it('counts all matching keys up to 1,001, whatever the page', async () => {
      const names = (count: number, prefix: string) =>
        Array.from({ length: count }, (_, n) => ({ name: `${prefix} ${n}`, createdAt: at(-400, n) }));
      await insert(...names(1_000, 'Job'));
      expect(await page({ limit: 1 })).toMatchObject({ total: 1_000 });
      await insert(...names(7, 'Other').map((key) => ({ ...key, lastUsedAt: at(-1), expiresAt: at(5) })));
      const first = await page({ limit: 1 });
      expect(first.total).toBe(1_001);
      expect((await page({ limit: 100, cursor: first.nextCursor })).total).toBe(1_001);
      expect((await page({ sort: 'lastUsedAt' })).total).toBe(1_001);
      expect((await page({ search: 'job' })).total).toBe(1_000);
      expect((await page({ search: 'other' })).total).toBe(7);
      expect((await page({ expiresWithinDays: 6, limit: 2 })).total).toBe(7);
      expect((await page({ unusedForDays: 30 })).total).toBe(1_000);
      expect((await page({ status: 'revoked' })).total).toBe(0);
    });

    it('finds a key by the complete key, and ignores its secret', async () => {
      const { id, key } = await app.createKey(user, { name: 'Mine' });
      await insert({ name: 'Other' });
      const { prefix } = parseApiKey(key)!;
      for (const search of [
        key,
        `X-API-Key: ${key}`,
        key.slice(0, -6) + 'aaaaaa',
        key.replace(prefix, 'acme'),
      ]) {
        const found = await page({ search });
        expect(found).toMatchObject({ data: [{ id }], total: 1, nextCursor: null });
        expect(JSON.stringify(found)).not.toContain(key.slice(17));
        expect(await namesOf({ search, sort: 'lastUsedAt', status: 'active' })).toEqual(['Mine']);
        expect(await page({ search, status: 'revoked' })).toMatchObject({ data: [], total: 0 });
      }
      const { key: foreign } = await app.createCaller();
      expect(await page({ search: foreign })).toEqual({ data: [], nextCursor: null, total: 0 });
      expectFieldErrors(await list({ search: `${key}\u202e` }), 'search');
      const admin = await app.signIn('root@example.com');
      const denied = app.http.get('/api/v1/admin/api-keys').query({ search: key }).set('Cookie', admin);
      expectFieldErrors(await denied, 'search');
    });

    it('shows no secret of a searched key in the console', async () => {
      const { id, key } = await app.createKey(user, { name: 'Mine' });
      const search = await app.http.get('/api-keys').query({ search: key }).set('Cookie', cookie).expect(303);
      const { location } = search.headers as { location: string };
      expect(location + search.text).not.toContain(key.slice(17));
      const html = (await app.http.get(location).set('Cookie', cookie).expect(200)).text;
      expect(html).toContain(`/api-keys/${id}`);
      expect(html).not.toContain(key.slice(17));
    });
  });

  describe('for the console', () => {
    const service = () => app.nest.get(ApiKeysService);
    const caller = () => app.principalOf(user);
    const listed = async (filter: Partial<OwnApiKeyFilter>) => {
      const slice = { sort: 'createdAt', limit: 100, after: null } as const;
      const { items, total } = await service().list(await caller(), { ...ALL_OWN_KEYS, ...filter }, slice);
      expect(total).toBe(items.length);
      return items.map(({ name }) => name).sort();
    };

    it('lists keys that were never used, and keys that are not revoked', async () => {
      const { id, key } = await app.createKey(user, { name: 'revoked' });
      await service().revoke(await caller(), id, { reason: null, cascade: false });
      await insert(
        { name: 'never' },
        { name: 'expired', expiresAt: at(-1) },
        { name: 'used', lastUsedAt: at(-200) },
      );
      expect(await listed({ isNeverUsed: true })).toEqual(['never']);
      expect(await listed({ isNeverUsed: true, unusedForDays: 90 })).toEqual(['never']);
      expect(await listed({ isNotRevoked: true })).toEqual(['expired', 'never', 'used']);
      expect(await listed({ isNotRevoked: true, unusedForDays: 90 })).toEqual(['expired', 'never', 'used']);
      expect(await listed({ isNotRevoked: true, search: key })).toEqual(['revoked']);
    });

    it('counts the active keys of one user that need attention', async () => {
      await insert(
        { name: 'never, soon', expiresAt: at(30) },
        { name: 'never, new', createdAt: at(-1) },
        { name: 'used', lastUsedAt: at(-1), expiresAt: at(31) },
        { name: 'unused', lastUsedAt: at(-91), expiresAt: at(1) },
        { name: 'revoked', revokedAt: at(-1), expiresAt: at(1) },
        { name: 'expired', expiresAt: at(0) },
      );
      await app.createCaller();
      const expected = { unusedFor90Days: 2, expiringWithin30Days: 2 };
      expect(await service().summarize(await caller())).toEqual(expected);
    });

    it('finds the key that created a key, and the newest keys that it created', async () => {
      const [parent] = await insert({ name: 'parent' });
      const children = Array.from({ length: 22 }, (_, n) => ({
        name: `child ${n}`,
        createdByKeyId: parent!.id,
        createdAt: at(-100, n),
      }));
      const [first] = await insert(...children);
      await insert({ name: 'grandchild', createdByKeyId: first!.id });
      const admins = app.nest.get(AdminApiKeysService);
      const found = await service().children(await caller(), parent!.id);
      expect(found.map(({ name }) => name)).toEqual(
        children
          .map(({ name }) => name)
          .reverse()
          .slice(0, 20),
      );
      expect(await admins.children(await admins.get(parent!.id))).toEqual(found);
      expect(await service().countChildren(await caller(), parent!.id)).toBe(22);
      expect(await admins.countChildren(await admins.get(parent!.id))).toBe(22);

      const child = await service().get(await caller(), first!.id);
      const expected = { id: parent!.id, name: 'parent' };
      expect(await service().parent(await caller(), child)).toEqual(expected);
      expect(await admins.parent(child)).toEqual(expected);
      expect(await service().parent(await caller(), { ...child, createdByKeyId: null })).toBeNull();
      expect(await admins.parent({ ...child, createdByKeyId: 'x'.repeat(12) })).toBeNull();
      const stranger = await app.principalOf(await app.createUser());
      expect(await service().children(stranger, parent!.id)).toEqual([]);
      await expect(service().countChildren(stranger, parent!.id)).rejects.toThrow();
      expect(await service().parent(stranger, child)).toBeNull();
    });
  });
});
