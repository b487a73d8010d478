import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

interface Page {
  data: { id: string; name: string; createdAt: string }[];
  nextCursor: string | null;
}

const cursorOf = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_STANDARD: '100000', RATE_LIMIT_ANONYMOUS: '100000' },
    });
  });

  afterAll(() => app.stop());

  const list = (key: string, query: object = {}) =>
    app.http.get('/api/v1/api-keys').query(query).set('X-API-Key', key);
  const page = async (key: string, query: object = {}): Promise<Page> =>
    (await list(key, query).expect(200)).body as Page;
  const namesOf = async (key: string, query: object) =>
    (await page(key, query)).data.map(({ name }) => name).sort();

  /** A user with several keys, created in the order of their names. */
  async function callerWith(...names: string[]) {
    const caller = await app.createCaller();
    for (const name of names) {
      await app.http.post('/api/v1/api-keys').set('X-API-Key', caller.key).send({ name }).expect(201);
      app.clock.advance(2);
    }
    return caller;
  }

  it("lists only the caller's keys, newest first, 20 per page by default", async () => {
    const names = Array.from({ length: 22 }, (_, i) => `Key ${String(i).padStart(2, '0')}`);
    const { key } = await callerWith(...names);
    await callerWith('of a stranger');

    const first = await page(key);
    expect(first.data.map(({ name }) => name)).toEqual(names.toReversed().slice(0, 20));
    const second = await page(key, { cursor: first.nextCursor });
    expect(second.data.map(({ name }) => name)).toEqual(['Key 01', 'Key 00', 'Test key']);
    expect(second.nextCursor).toBeNull();
    const all = await page(key, { limit: 100 });
    expect(all.data).toEqual([...first.data, ...second.data]);
    expect(all.nextCursor).toBeNull();
    const exact = await page(key, { limit: 23 });
    expect(exact.nextCursor).toBeNull();
  });

  it('neither repeats nor skips an entry when keys are added or revoked between two pages', async () => {
    const { key } = await callerWith('a', 'b', 'c', 'd');
    const first = await page(key, { limit: 2 });
    const added = await app.http
      .post('/api/v1/api-keys')
      .set('X-API-Key', key)
      .send({ name: 'e' })
      .expect(201);
    const { id } = added.body as { id: string };
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).expect(200);
    const second = await page(key, { limit: 2, cursor: first.nextCursor });
    const third = await page(key, { limit: 2, cursor: second.nextCursor });
    const seen = [first, second, third].flatMap(({ data }) => data.map(({ name }) => name));
    expect(seen).toEqual(['d', 'c', 'b', 'a', 'Test key']);
  });

  it('pages through keys of the same millisecond', async () => {
    const { key, id } = await app.createCaller();
    const created = await Promise.all(
      Array.from({ length: 12 }, () =>
        app.http.post('/api/v1/api-keys').set('X-API-Key', key).send({ name: 'same' }),
      ),
    );
    const ids: string[] = [];
    for (let cursor: string | null = null; ids.length < 20;) {
      const next: Page = await page(key, { limit: 1, ...(cursor && { cursor }) });
      ids.push(...next.data.map((entry) => entry.id));
      cursor = next.nextCursor;
      if (cursor === null) break;
    }
    expect(ids.toSorted()).toEqual(
      [id, ...created.map(({ body }) => (body as { id: string }).id)].toSorted(),
    );
  });

  it('finds keys by a part of their name, case-insensitively and without wildcards', async () => {
    const { key } = await callerWith(
      'Mobile App',
      'mobile web',
      'My Mobile',
      '100% sure',
      '1000',
      'a_b',
      'axb',
      'ÄRGER',
      '\\x',
      'ada@München.de',
    );
    expect(await namesOf(key, { search: 'MOBILE' })).toEqual(['Mobile App', 'My Mobile', 'mobile web']);
    expect(await namesOf(key, { search: '100%' })).toEqual(['100% sure']);
    expect(await namesOf(key, { search: 'a_' })).toEqual(['a_b']);
    expect(await namesOf(key, { search: 'är' })).toEqual(['ÄRGER']);
    expect(await namesOf(key, { search: 'a\u0308r' })).toEqual(['ÄRGER']);
    expect(await namesOf(key, { search: '@MÜN' })).toEqual(['ada@München.de']);
    expect(await namesOf(key, { search: 'ar' })).toEqual([]);
    expect(await namesOf(key, { search: 'a app' })).toEqual([]);
    expect(await namesOf(key, { search: 'le a' })).toEqual(['Mobile App']);
    expect(await namesOf(key, { search: '\\' })).toEqual(['\\x']);
    expect(await namesOf(key, { search: "' OR '1'='1" })).toEqual([]);
    expect(await namesOf(key, { search: '%' })).toEqual(['100% sure']);
    expect((await page(key, { search: '' })).data).toHaveLength(11);
  });

  it('finds a key by the start of its prefix, case-insensitively', async () => {
    const { key, id } = await callerWith('other');
    for (const search of [`chm_${id}`, `CHM_${id.toUpperCase()}`, `chm_${id.slice(0, 8)}`]) {
      const { data } = await page(key, { search });
      expect(data.map((entry) => entry.id)).toEqual([id]);
    }
    expect((await page(key, { search: 'chm_' })).data).toHaveLength(2);
  });

  it('filters by the current status, combined with search and pagination', async () => {
    const { key } = await callerWith('one', 'two', 'three');
    const [three, two] = (await page(key)).data;
    await app.http.post(`/api/v1/api-keys/${two!.id}/revoke`).set('X-API-Key', key).expect(200);
    const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
    await app.http
      .post('/api/v1/api-keys')
      .set('X-API-Key', key)
      .send({ name: 'brief', expiresAt })
      .expect(201);
    expect(await namesOf(key, { status: 'active' })).toEqual(['Test key', 'brief', 'one', 'three']);
    app.clock.advance(60_000);

    expect(await namesOf(key, { status: 'active' })).toEqual(['Test key', 'one', 'three']);
    expect(await namesOf(key, { status: 'expired' })).toEqual(['brief']);
    expect(await namesOf(key, { status: 'revoked' })).toEqual(['two']);
    expect(await namesOf(key, { status: 'active', search: 't' })).toEqual(['Test key', 'three']);
    const first = await page(key, { status: 'active', limit: 1 });
    expect(first.data.map(({ id }) => id)).toEqual([three!.id]);
    const second = await page(key, { status: 'active', limit: 1, cursor: first.nextCursor });
    expect(second.data.map(({ name }) => name)).toEqual(['one']);
  });

  it('rejects an invalid limit, status or field', async () => {
    const { key } = await app.createCaller();
    for (const limit of ['0', '101', '-1', '1.5', '1e1', '0x10', ' 5', 'ten', '', '99999999999']) {
      expectFieldErrors(await list(key, { limit }), 'limit');
    }
    expectFieldErrors(await app.http.get('/api/v1/api-keys?limit=1&limit=2').set('X-API-Key', key), 'limit');
    for (const status of ['Active', 'dead', '']) expectFieldErrors(await list(key, { status }), 'status');
    expectFieldErrors(
      await app.http.get('/api/v1/api-keys?search=a&search=b').set('X-API-Key', key),
      'search',
    );
    expectFieldErrors(await list(key, { userId: 'x', constructor: 'y' }), 'userId', 'constructor');
    expectFieldErrors(await list(key, { search: 'x'.repeat(255) }), 'search');
    expectFieldErrors(await list(key, { search: 'a\u202eb' }), 'search');
  });

  it('rejects a cursor that does not parse', async () => {
    const { key } = await app.createCaller();
    const broken = [
      '',
      'x',
      '!!!',
      cursorOf({}),
      cursorOf([]),
      cursorOf([1]),
      cursorOf([1, 2]),
      cursorOf(['1', 'a']),
    ];
    const invalid = [
      cursorOf([1, 'a', 2]),
      cursorOf([1.5, 'a']),
      cursorOf([-1, 'a']),
      cursorOf([9e15, 'a']),
      cursorOf([1, "' OR 1"]),
    ];
    for (const cursor of [...broken, ...invalid, 'x'.repeat(201)])
      expectFieldErrors(await list(key, { cursor }), 'cursor');
  });

  it("keeps an altered cursor within the caller's list", async () => {
    const { key } = await callerWith('mine');
    const otherUser = await callerWith('theirs 1', 'theirs 2');
    const foreign = await page(otherUser.key, { limit: 1 });
    const forged = [foreign.nextCursor, cursorOf([253402300799999, 'zzzzzzzzzzzz']), cursorOf([0, '0'])];
    const seen = [];
    for (const cursor of forged) seen.push((await page(key, { cursor })).data.map(({ name }) => name));
    expect(seen).toEqual([['mine', 'Test key'], ['mine', 'Test key'], []]);
    const asThem = await page(otherUser.key, { cursor: foreign.nextCursor });
    expect(asThem.data.map(({ name }) => name)).toEqual(['theirs 1', 'Test key']);
  });

  it('reads the query only for lists', async () => {
    const { key, id } = await app.createCaller();
    await app.http.get(`/api/v1/api-keys/${id}?limit=0&what=ever`).set('X-API-Key', key).expect(200);
    await app.http.get('/api/v1/me?cursor=x').set('X-API-Key', key).expect(200);
    expectProblem(await app.http.get(`/api/v1/api-keys?api_key=${key}`), 401, 'credentials_missing');
  });
});
