import { DataSource } from 'typeorm';
import { READ_CONNECTION } from '../../src/database/index.js';
import { StatsService, type TopUsageService } from '../../src/modules/admin/index.js';
import { ApiKeyEntity, type AdminApiKeysService } from '../../src/modules/api-keys/index.js';
import {
  UsageHourEntity,
  UserUsageHourEntity,
  type UsageStatsService,
} from '../../src/modules/usage/index.js';
import { UserEntity, type UsersService } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { gate } from '../support/gate.js';
import { LogLines } from '../support/log-lines.js';
import { expectProblem } from '../support/problem.js';
import { apiKeyRow, userRow } from '../support/rows.js';
import { StoppedClock } from '../support/test-clock.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const NONE = { accepted: [], limited: [] };
const NO_REQUESTS = { accepted: 0, limited: 0, denied: 0 };

interface StatsResponse {
  readonly generatedAt: string;
  readonly users: { readonly total: number };
  readonly usage: readonly { readonly at: string }[];
  readonly topApiKeys: Record<'accepted' | 'limited', readonly { apiKey: { name: string } }[]>;
  readonly topUsers: unknown;
}

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;

  beforeEach(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
    app.clock.advanceIntoHour();
    cookie = await app.signIn('root@example.com');
  });

  afterEach(() => app.stop());

  const ask = () => app.http.get('/api/v1/admin/stats').set('Cookie', cookie);
  const stats = async () => (await ask().expect(200)).body as StatsResponse;
  const manager = () => app.nest.get(DataSource).manager;
  /** A time in the past, or slightly before or after it. */
  const ago = (ms: number, offsetMs = 0) => new Date(app.clock.now().getTime() - ms + offsetMs);

  it('counts only the first admin in an empty database', async () => {
    const { generatedAt, usage, ...rest } = await stats();
    expect(rest).toEqual({
      users: {
        total: 1,
        byRole: { standard: 0, premium: 0, admin: 1 },
        byStatus: { active: 1, suspended: 0 },
      },
      apiKeys: {
        total: 0,
        byStatus: { active: 0, expired: 0, revoked: 0 },
        neverUsed: 0,
        unusedFor90Days: 0,
      },
      topApiKeys: NONE,
      topUsers: NONE,
    });
    expect(generatedAt).toMatch(/^\d{4}-.+Z$/);
    const thisHour = Math.floor(Date.parse(generatedAt) / HOUR_MS);
    expect(usage).toEqual(
      Array.from({ length: 25 }, (_, index) => ({
        at: new Date((thisHour - 24 + index) * HOUR_MS).toISOString(),
        ...NO_REQUESTS,
      })),
    );
  });

  it('counts users by role and by status', async () => {
    const rows = [
      userRow({ role: 'standard' }),
      userRow({ role: 'standard', status: 'suspended' }),
      userRow({ role: 'premium' }),
      userRow({ role: 'premium', status: 'suspended' }),
      userRow({ role: 'premium', status: 'suspended' }),
    ];
    await manager().insert(UserEntity, rows);
    expect((await stats()).users).toEqual({
      total: 6,
      byRole: { standard: 2, premium: 3, admin: 1 },
      byStatus: { active: 3, suspended: 3 },
    });
  });

  it('counts keys by status, and the unused active keys', async () => {
    const { id: userId } = await app.createUser();
    const days90 = 90 * DAY_MS;
    const fresh = { createdAt: ago(DAY_MS) };
    const old = { createdAt: ago(days90, -60_000) };
    const rows = [
      // Active keys: never used, used recently, used long ago, and used slightly too recently to count as
      // unused.
      fresh,
      old,
      { ...old, lastUsedAt: ago(HOUR_MS) },
      { ...old, lastUsedAt: ago(days90, -30_000) },
      { ...old, lastUsedAt: ago(days90, 60_000) },
      { createdAt: ago(days90, 60_000) },
      { ...old, expiresAt: ago(-HOUR_MS) },
      // Other keys count by their status only. A key that is both revoked and expired counts as revoked.
      { ...old, expiresAt: ago(1) },
      { ...old, revokedAt: ago(1) },
      { ...old, revokedAt: ago(HOUR_MS), expiresAt: ago(DAY_MS) },
      { ...fresh, revokedAt: ago(1), lastUsedAt: ago(DAY_MS) },
    ];
    await manager().insert(
      ApiKeyEntity,
      rows.map((row) => apiKeyRow({ userId, ...row })),
    );
    const response = (await ask().expect(200)).body;
    expect(response.apiKeys).toEqual({
      total: 11,
      byStatus: { active: 7, expired: 1, revoked: 3 },
      neverUsed: 4,
      unusedFor90Days: 3,
    });
    const listed = await app.http
      .get('/api/v1/admin/api-keys?unusedForDays=90&status=active')
      .set('Cookie', cookie)
      .expect(200);
    expect(listed.body.data).toHaveLength(3);
  });

  it('sums the requests of all keys by hour, for the last day only', async () => {
    const { id: userId } = await app.createUser();
    const keys = [apiKeyRow({ userId }), apiKeyRow({ userId })];
    await manager().insert(ApiKeyEntity, keys);
    const now = Math.floor(app.clock.now().getTime() / HOUR_MS);
    const counts = (hoursAgo: number, index: number) => ({
      apiKeyId: keys[index]!.id,
      hour: now - hoursAgo,
      accepted: 100 + hoursAgo,
      limited: index,
      denied: 2 ** 40,
    });
    await manager().insert(UsageHourEntity, [
      counts(1, 0),
      counts(1, 1),
      counts(23, 0),
      counts(26, 0),
      counts(-2, 0),
    ]);
    const { usage } = await stats();
    const found = usage.filter((bucket) => 'accepted' in bucket && bucket.accepted !== 0);
    const at = (hoursAgo: number) => new Date((now - hoursAgo) * HOUR_MS).toISOString();
    expect(found).toEqual([
      { at: at(23), accepted: 123, limited: 0, denied: 2 ** 40 },
      { at: at(1), accepted: 202, limited: 1, denied: 2 ** 41 },
    ]);
  });

  it('ranks the keys and users with the most accepted and limited requests of the last day', async () => {
    const users = [userRow({ name: 'Ada' }), userRow({ name: 'Bob' })];
    await manager().insert(UserEntity, users);
    const keys = Array.from({ length: 14 }, (_, n) =>
      apiKeyRow({
        userId: users[n % 2]!.id,
        id: `key0000000${String(n).padStart(2, '0')}`,
        name: `Key ${n}`,
      }),
    );
    await manager().insert(ApiKeyEntity, keys);
    const now = Math.floor(app.clock.now().getTime() / HOUR_MS);
    const counts = { accepted: 0, limited: 0, denied: 1 };
    await manager().insert(UsageHourEntity, [
      // Key 1 has the most only with both hours together. Keys 2 to 13 have equal numbers.
      { apiKeyId: keys[0]!.id, hour: now, ...counts, accepted: 15 },
      { apiKeyId: keys[1]!.id, hour: now, ...counts, accepted: 10 },
      { apiKeyId: keys[1]!.id, hour: now - 23, ...counts, accepted: 10, limited: 2 },
      { apiKeyId: keys[2]!.id, hour: now - 26, ...counts, accepted: 100, limited: 100 },
      ...keys.slice(2).map(({ id }) => ({ apiKeyId: id, hour: now - 1, ...counts, accepted: 3 })),
    ]);
    await manager().insert(UserUsageHourEntity, [
      { userId: users[0]!.id, hour: now, ...counts, accepted: 5, limited: 1 },
      { userId: users[1]!.id, hour: now - 1, ...counts, accepted: 6 },
    ]);
    const { topApiKeys, topUsers } = await stats();
    const names = (top: readonly { apiKey: { name: string } }[]) => top.map(({ apiKey }) => apiKey.name);
    expect(names(topApiKeys.accepted)).toEqual([1, 0, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `Key ${n}`));
    const [ada, bob] = users.map(({ id, email, name }) => ({ id, email, name }));
    expect(topApiKeys.limited).toEqual([
      {
        apiKey: { id: keys[1]!.id, name: 'Key 1', prefix: `chm_${keys[1]!.id}` },
        owner: bob,
        accepted: 20,
        limited: 2,
        denied: 2,
      },
    ]);
    expect(topUsers).toEqual({
      accepted: [
        { user: bob, ...counts, accepted: 6 },
        { user: ada, ...counts, accepted: 5, limited: 1 },
      ],
      limited: [{ user: ada, ...counts, accepted: 5, limited: 1 }],
    });
  });

  it('is cached for ten seconds', async () => {
    const first = await stats();
    await app.createUser();
    app.clock.advance(9_000);
    expect(await stats()).toEqual(first);
    app.clock.advance(1_000);
    const second = await stats();
    expect(second.users.total).toBe(first.users.total + 1);
    expect(Date.parse(second.generatedAt) - Date.parse(first.generatedAt)).toBeGreaterThanOrEqual(10_000);
  });

  it('is counted once for simultaneous requests', async () => {
    const counted: string[] = [];
    app.nest.get<DataSource>(READ_CONNECTION).subscribers.push({
      beforeQuery: ({ query }) => void (query.includes('AS expired') && counted.push(query)),
    });
    const responses = await Promise.all(Array.from({ length: 20 }, stats));
    expect(responses).toEqual(responses.map(() => responses[0]));
    expect(counted).toHaveLength(1);
    app.clock.advance(10_000);
    await Promise.all(Array.from({ length: 20 }, stats));
    expect(counted).toHaveLength(2);
  });

  it('is counted again after a failed count, and the failure is logged', async () => {
    const rename = (from: string, to: string) =>
      app.nest.get(DataSource).query(`ALTER TABLE ${from} RENAME TO ${to}`);
    const log = LogLines.record();
    await rename('usage_hours', 'hidden');
    try {
      const { requestId } = expectProblem(await ask(), 500, 'internal_error');
      const visit = () => app.http.get('/admin?secret=1').set('Cookie', cookie);
      // If the count fails only after the page has stopped waiting, the next page shows the error.
      let page = await visit();
      await eventually('the page shows the error', async () => {
        if (page.status === 200) page = await visit();
        return page.status === 500;
      });
      expect(log.lines).toEqual([
        expect.stringMatching(`^GET /api/v1/admin/stats 500 ${requestId}: .*usage_hours`),
        expect.stringMatching(`^GET /admin 500 ${page.headers['x-request-id']}: .*usage_hours`),
      ]);
      const failed = await Promise.allSettled([1, 2].map(() => app.nest.get(StatsService).get()));
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    } finally {
      await rename('hidden', 'usage_hours');
      log.stop();
    }
    expect((await stats()).users.total).toBe(1);
  });

  it('is shown only to admins, by key and by session', async () => {
    const admin = await app.createCaller('admin');
    await app.http.get('/api/v1/admin/stats').set('X-API-Key', admin.key).expect(200);
    for (const role of ['standard', 'premium'] as const) {
      const { user, key } = await app.createCaller(role);
      const session = await app.signIn(user.email);
      const request = () => app.http.get('/api/v1/admin/stats');
      expectProblem(await request().set('X-API-Key', key), 403, 'forbidden');
      expectProblem(await request().set('Cookie', session), 403, 'forbidden');
      expectProblem(await request(), 401, 'credentials_missing');
    }
  });
});

it('counts one table at a time, and measures its age from the start, on the monotonic clock', async () => {
  const clock = new StoppedClock();
  const begin = clock.now();
  const counts: string[] = [];
  const counted = (what: string) => {
    counts.push(what);
    clock.advance(1_000);
    return Promise.resolve({} as never);
  };
  const spans: Date[][] = [];
  const service = new StatsService(
    { countByRoleAndStatus: () => counted('users') } as unknown as UsersService,
    { count: () => counted('keys') } as unknown as AdminApiKeysService,
    { between: (...span: Date[]) => (spans.push(span), counted('usage')) } as unknown as UsageStatsService,
    { apiKeys: () => NONE, users: () => NONE } as unknown as TopUsageService,
    clock,
  );
  const first = await service.get();
  expect(first.generatedAt).toEqual(begin);
  expect([counts, spans]).toEqual([
    ['users', 'keys', 'usage'],
    [[new Date(begin.getTime() - DAY_MS), begin]],
  ]);
  clock.setBy(DAY_MS);
  clock.advance(6_999);
  expect(await service.get()).toBe(first);
  clock.advance(1);
  expect(await service.get()).not.toBe(first);
});

it('waits only a little for a count, and then returns the previous numbers while it counts', async () => {
  const clock = new StoppedClock();
  let counting = gate();
  const service = new StatsService(
    { countByRoleAndStatus: () => counting.opened } as unknown as UsersService,
    { count: () => Promise.resolve() } as unknown as AdminApiKeysService,
    { between: () => Promise.resolve({}) } as unknown as UsageStatsService,
    { apiKeys: () => NONE, users: () => NONE } as unknown as TopUsageService,
    clock,
  );
  expect(await service.within(1)).toEqual({ stats: null, isCounting: true });
  counting.open();
  const first = await service.get();
  expect(await service.within(1)).toEqual({ stats: first, isCounting: false });
  counting = gate();
  clock.advance(10_000);
  expect(await service.within(1)).toEqual({ stats: first, isCounting: true });
  const second = service.get();
  // The count has run longer than the call wants to wait, so the call doesn't wait at all.
  clock.advance(11_000);
  expect(await service.within(10_999)).toEqual({ stats: first, isCounting: true });
  counting.open();
  await second;
  // This count took longer than statistics are cached, but a page can show its result.
  expect(await service.within(1)).toEqual({ stats: await second, isCounting: false });
});

it('throws the error of a count once, also if the wait was over', async () => {
  const counting = gate();
  const service = new StatsService(
    { countByRoleAndStatus: () => counting.opened.then(() => Promise.reject(new Error('away'))) } as never,
    {} as AdminApiKeysService,
    {} as UsageStatsService,
    {} as TopUsageService,
    new StoppedClock(),
  );
  expect(await service.within(1)).toEqual({ stats: null, isCounting: true });
  const waiting = service.within(60_000);
  counting.open();
  await expect(waiting).rejects.toThrow('away');
  await expect(service.within(60_000)).rejects.toThrow('away');
  expect(Reflect.get(service, 'missedFailure')).toBeNull();
});
