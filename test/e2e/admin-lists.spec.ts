import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { UsersService } from '../../src/modules/users/index.js';
import { TestApp, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectFieldErrors } from '../support/problem.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: Awaited<ReturnType<TestApp['createCaller']>>;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
    admin = await app.createCaller('admin');
  });

  afterAll(() => app.stop());

  const get = (path: string, query: object = {}) =>
    app.http.get(`/api/v1/admin/${path}`).query(query).set('X-API-Key', admin.key);
  const page = async <T extends object>(path: string, query: object = {}): Promise<Page<T>> =>
    (await get(path, query).expect(200)).body as Page<T>;
  const emails = async (query: object) =>
    (await page<{ email: string }>('users', query)).data.map(({ email }) => email);

  it('lists users newest first, with search, filters and pagination', async () => {
    const users = app.nest.get(UsersService);
    const newUsers = [
      ['zoe.a', 'Ärzte'],
      ['zoe.b', 'Zoe_B'],
      ['zoe.c', 'ZoeXB'],
      ['other', 'zoe.d'],
    ] as const;
    for (const [local, name] of newUsers) {
      await users.create(SYSTEM_AUTHOR, {
        email: `${local}@test.example`,
        name,
        role: local === 'zoe.b' ? 'premium' : 'standard',
        password: PASSWORD,
      });
      app.clock.advance(2);
    }
    const all = ['other', 'zoe.c', 'zoe.b', 'zoe.a'].map((local) => `${local}@test.example`);
    expect(await emails({ limit: 4 })).toEqual(all);
    expect(await emails({ search: 'ZOE.' })).toEqual(all);
    expect(await emails({ search: 'zoe_' })).toEqual(['zoe.b@test.example']);
    expect(await emails({ search: 'äRZ' })).toEqual(['zoe.a@test.example']);
    expect(await emails({ search: '%' })).toEqual([]);
    expect(await emails({ search: 'zoe', role: 'premium' })).toEqual(['zoe.b@test.example']);
    const [{ id }] = (await page<{ id: string }>('users', { search: 'zoe.c' })).data as [{ id: string }];
    await users.update(SYSTEM_AUTHOR, id, { status: 'suspended' });
    expect(await emails({ search: 'zoe', status: 'suspended' })).toEqual(['zoe.c@test.example']);
    const first = await page('users', { search: 'zoe.', limit: 3 });
    const second = await page('users', { search: 'zoe.', limit: 3, cursor: first.nextCursor });
    expect([...first.data, ...second.data].map((user) => (user as { email: string }).email)).toEqual(all);
    expect(second.nextCursor).toBeNull();
    for (const [field, value] of Object.entries({
      limit: 0,
      cursor: 'x',
      role: 'root',
      status: 'x',
      search: 'a\nb',
      sort: 'x',
    })) {
      expectFieldErrors(await get('users', { [field]: value }), field);
    }
    expectFieldErrors(await get('users', { search: admin.key }), 'search');
  });

  it('lists the keys of all users with their owners, by every filter', async () => {
    const one = await app.createCaller();
    const two = await app.createCaller();
    type Key = { id: string; owner: unknown };
    const ids = async (query: object) => (await page<Key>('api-keys', query)).data.map(({ id }) => id);

    const [newest] = (await page<Key>('api-keys', { limit: 1 })).data;
    const { id, email, name } = two.user;
    expect(newest).toMatchObject({ id: two.id, status: 'active', owner: { id, email, name } });
    expect(newest!.owner).toEqual({ id, email, name });
    expect(newest).not.toHaveProperty('key');
    expect(newest).not.toHaveProperty('userId');

    expect(await ids({ userId: one.user.id })).toEqual([one.id]);
    for (const userId of ['nobody', `${one.user.id} `, one.user.id.toUpperCase()])
      expect(await ids({ userId })).toEqual([]);
    expect(await ids({ search: one.user.email.toUpperCase() })).toEqual([one.id]);
    expect(await ids({ search: `CHM_${one.id}` })).toEqual([one.id]);
    expect(await ids({ search: 'test k', userId: two.user.id })).toEqual([two.id]);
    await app.http.post(`/api/v1/api-keys/${one.id}/revoke`).set('X-API-Key', one.key).expect(200);
    expect(await ids({ userId: one.user.id, status: 'revoked' })).toEqual([one.id]);
    expect(await ids({ userId: one.user.id, status: 'active' })).toEqual([]);
    expect(await ids({ userId: two.user.id, unusedForDays: 1 })).toEqual([]);
    app.clock.advance(DAY_MS + 1_000);
    expect(await ids({ userId: two.user.id, unusedForDays: 1 })).toEqual([two.id]);
    expect(await ids({ userId: two.user.id, unusedForDays: 2 })).toEqual([]);
    for (const unusedForDays of ['0', '-1', 'x', '1.5'])
      expectFieldErrors(await get('api-keys', { unusedForDays }), 'unusedForDays');
    const first = await page<Key>('api-keys', { limit: 1 });
    const second = await page<Key>('api-keys', { limit: 1, cursor: first.nextCursor });
    expect([first.data[0]!.id, second.data[0]!.id]).toEqual([two.id, one.id]);
    const text = (await get('api-keys', { limit: 100 })).text;
    for (const { key } of [one, two, admin]) expect(text).not.toContain(key.slice(17));
  });
});
