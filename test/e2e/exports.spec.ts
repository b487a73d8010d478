import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { AdminApiKeysService, ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UserEntity, UsersService } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { LogLines } from '../support/log-lines.js';
import { apiKeyRow, userRow } from '../support/rows.js';

const KEYS = '/admin/api-keys.csv';
const HEADER =
  '"id","name","description","prefix","status","ownerId","ownerEmail","ownerName","createdAt","createdByKeyId","expiresAt",' +
  '"lastUsedAt","lastUsedFrom","revokedAt","revokedReason"';

onEachDatabase((kind) => {
  let app: TestApp;
  let root: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
    root = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  afterEach(() => jest.restoreAllMocks());

  const ask = (path: string, cookie = root) => app.http.get(path).set('Cookie', cookie);
  const linesOf = async (path: string): Promise<string[]> => {
    const { text } = await ask(path).expect(200);
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    return text.slice(1, -2).split('\r\n');
  };
  const insert = async (count: number, rest: (n: number) => Partial<ApiKeyEntity> = () => ({})) => {
    const owner = userRow({ name: 'Ada' });
    const manager = app.nest.get(DataSource).manager;
    await manager.insert(UserEntity, owner);
    const rows = Array.from({ length: count }, (_, n) =>
      apiKeyRow({ userId: owner.id, createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, n)), ...rest(n) }),
    );
    for (let from = 0; from < count; from += 50)
      await manager.insert(ApiKeyEntity, rows.slice(from, from + 50));
    return { owner, ids: rows.map(({ id }) => id).reverse() };
  };
  /** Requests a file without reading it. */
  const open = async (path: string): Promise<IncomingMessage> => {
    const request = get(`${app.url}${path}`, { headers: { cookie: root }, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };

  it('exports all keys that match the filter, in the order of the list', async () => {
    const { owner, ids } = await insert(250);
    const response = await ask(`${KEYS}?userId=${owner.id}`).expect(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="api-keys.csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const [header, ...lines] = await linesOf(`${KEYS}?userId=${owner.id}`);
    expect(header).toBe(HEADER);
    expect(lines.map((line) => line.slice(1, 13))).toEqual(ids);
    expect(lines[0]).toBe(
      `"${ids[0]}","Key",,"chm_${ids[0]}","active","${owner.id}","${owner.email}","Ada","2026-01-01T00:04:09.000Z",,,,,,`,
    );
    expect(await linesOf(`${KEYS}?userId=${owner.id}&status=revoked`)).toEqual([HEADER]);
    expect(await linesOf(`/zh${KEYS}?userId=${owner.id}&search=key&unusedForDays=1&status=`)).toHaveLength(
      251,
    );
  });

  it('exports the users that match the filter', async () => {
    const user = await app.createUser('premium', 'export@example.com');
    await app.createKey(user);
    expect(await linesOf('/admin/users.csv?search=export%40&role=premium')).toEqual([
      '"id","email","name","role","status","activeApiKeys","createdAt","lastSeenAt"',
      `"${user.id}","export@example.com","${user.name}","premium","active","1","${user.createdAt.toISOString()}",`,
    ]);
    expect(await linesOf('/admin/users.csv?search=export%40&status=suspended')).toHaveLength(1);
  });

  it('quotes fields, and lets no field begin like a formula', async () => {
    const names = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'a "quoted", name', 'line\nbreak', 'x=1', "'"];
    const { owner } = await insert(names.length, (n) => ({ name: names[names.length - 1 - n]! }));
    const { text } = await ask(`${KEYS}?userId=${owner.id}`).expect(200);
    const found = text
      .split(/\r\n(?="\w{12}",)/)
      .slice(1)
      .map((line) => /^"\w{12}",("(?:[^"]|"")*")/.exec(line)![1]);
    expect(found).toEqual([
      '"\'=1+1"',
      '"\'+1"',
      '"\'-1"',
      '"\'@x"',
      '"\'\tx"',
      '"\'\rx"',
      '"a ""quoted"", name"',
      '"line\nbreak"',
      '"x=1"',
      '"\'"',
    ]);
  });

  it('shows errors as pages', async () => {
    const invalid = await ask(`${KEYS}?status=lost`).expect(400);
    expect(invalid.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(invalid.headers).not.toHaveProperty('content-disposition');
    jest.spyOn(app.nest.get(AdminApiKeysService), 'list').mockRejectedValueOnce(new Error('first'));
    const log = LogLines.record();
    const failed = await ask(KEYS).expect(500);
    expect(failed.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(log.lines).toEqual([expect.stringMatching(/^GET \/admin\/api-keys\.csv 500 .*first/)]);
    log.stop();
  });

  it('cuts the connection if a later part fails, and logs the error', async () => {
    const { owner } = await insert(150);
    const apiKeys = app.nest.get(AdminApiKeysService);
    const list = apiKeys.list.bind(apiKeys);
    jest
      .spyOn(apiKeys, 'list')
      .mockImplementationOnce((...args) => list(...args))
      .mockRejectedValueOnce(new Error('second'));
    const log = LogLines.record();
    await expect(ask(`${KEYS}?userId=${owner.id}`)).rejects.toThrow('aborted');
    expect(log.lines).toEqual([expect.stringMatching(/^GET \/admin\/api-keys\.csv 500 .*second/)]);
    log.stop();
  });

  const ENDINGS: [string, (id: string, cookie: string) => Promise<unknown>][] = [
    ['is demoted', (id) => app.nest.get(UsersService).update(SYSTEM_AUTHOR, id, { role: 'standard' })],
    ['is suspended', (id) => app.nest.get(UsersService).update(SYSTEM_AUTHOR, id, { status: 'suspended' })],
    ['signs out', (_id, cookie) => app.http.post('/sign-out').set('Cookie', cookie).expect(303)],
  ];

  it.each(ENDINGS)('contains nothing more after the admin %s', async (_what, end) => {
    const { owner } = await insert(150);
    const admin = await app.createUser('admin');
    const cookie = await app.signIn(admin.email);
    const apiKeys = app.nest.get(AdminApiKeysService);
    const list = apiKeys.list.bind(apiKeys);
    jest.spyOn(apiKeys, 'list').mockImplementationOnce(async (...args) => {
      const slice = await list(...args);
      await end(admin.id, cookie);
      return slice;
    });
    await expect(ask(`${KEYS}?userId=${owner.id}`, cookie)).rejects.toThrow('aborted');
  });

  it('reads only as fast as the client, and stops when the client leaves', async () => {
    const { owner } = await insert(100, () => ({ revokedReason: 'x'.repeat(200) }));
    const apiKeys = app.nest.get(AdminApiKeysService);
    const slice = await apiKeys.list(
      { userId: owner.id, status: null, search: null, unusedForDays: null },
      { limit: 100, after: null },
    );
    // A list without an end.
    const next = { createdAt: new Date(), id: 'x' };
    const list = jest.spyOn(apiKeys, 'list').mockImplementation(() => Promise.resolve({ ...slice, next }));
    const stands = async () => {
      const before = list.mock.calls.length;
      await sleep(50);
      return list.mock.calls.length === before;
    };
    const response = await open(KEYS);
    await eventually('the server waits for the client', stands);
    const whileWaiting = list.mock.calls.length;
    response.resume();
    await eventually('the server continues', () => list.mock.calls.length > whileWaiting);
    response.destroy();
    await eventually('the server stops', stands);
  });

  it('is only for admins with a session', async () => {
    const { user, key } = await app.createCaller();
    const admin = await app.createCaller('admin');
    for (const path of [KEYS, '/admin/users.csv']) {
      await ask(path, await app.signIn(user.email)).expect(403);
      expect((await app.http.get(path).expect(303)).headers['location']).toBe(
        `/sign-in?next=${encodeURIComponent(path)}`,
      );
      for (const each of [key, admin.key])
        expect((await app.http.get(path).set('X-API-Key', each)).status).not.toBe(200);
    }
  });
});
