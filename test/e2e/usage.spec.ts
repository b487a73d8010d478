import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';
import { UsageRecorder } from '../../src/modules/usage/index.js';

const HOUR_MS = 60 * 60 * 1_000;
const NO_REQUESTS = { accepted: 0, limited: 0, denied: 0 };

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_STANDARD: '4', RATE_LIMIT_ANONYMOUS: '100000' } });
    app.clock.advanceIntoHour();
  });

  afterAll(() => app.stop());

  const usageOf = async (id: string, cookie: string, query = '') => {
    await app.nest.get(UsageRecorder).flush();
    return app.http.get(`/api/v1/api-keys/${id}/usage${query}`).set('Cookie', cookie);
  };

  it('reports how often a key was accepted, limited and denied, and where it was last used', async () => {
    const { user, id, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    const request = (path: string) => app.http.get(path).set('X-API-Key', key);
    await request('/api/v1/me').expect(200);
    await request('/api/v1/me').expect(200);
    await request('/api/v1/me').expect(200);
    await request('/api/v1/admin/users').expect(403);
    await app.nest.get(UsageRecorder).flush();
    const lastUsedAt = async () =>
      (await app.http.get(`/api/v1/api-keys/${id}`).set('Cookie', cookie).expect(200)).body
        .lastUsedAt as string;
    const before = await lastUsedAt();
    app.clock.advance(1_000);
    await request('/api/v1/me').expect(429);

    const usage = await usageOf(id, cookie);
    expect(usage.status).toBe(200);
    const thisHour = Math.floor(app.clock.nowMs() / HOUR_MS);
    const at = (hour: number) => new Date(hour * HOUR_MS).toISOString();
    expect((usage.body as { data: unknown[] }).data).toEqual([
      ...Array.from({ length: 24 }, (_, index) => ({ at: at(thisHour - 24 + index), ...NO_REQUESTS })),
      { at: at(thisHour), accepted: 3, limited: 1, denied: 1 },
    ]);

    const shown = await app.http.get(`/api/v1/api-keys/${id}`).set('Cookie', cookie).expect(200);
    // A rate-limited request does not count as a use.
    expect(shown.body).toMatchObject({ lastUsedFrom: '127.0.0.1', lastUsedAt: before });
  });

  it("shows admins any user's key, with its owner and its usage", async () => {
    const { user, id, key } = await app.createCaller();
    const admin = await app.createCaller('admin');
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    const own = await usageOf(id, await app.signIn(user.email), '?interval=day');
    const ask = (path: string) => app.http.get(`/api/v1/admin/api-keys/${path}`);
    const shown = await ask(id).set('X-API-Key', admin.key).expect(200);
    const cookie = await app.signIn(admin.user.email);
    const { body } = await app.http
      .get(`/api/v1/admin/api-keys?userId=${user.id}`)
      .set('Cookie', cookie)
      .expect(200);
    expect([shown.body]).toEqual((body as { data: unknown[] }).data);
    expect(shown.body).toMatchObject({ id, owner: { id: user.id, email: user.email, name: user.name } });
    const usage = await ask(`${id}/usage?interval=day`).set('X-API-Key', admin.key).expect(200);
    expect(usage.body).toEqual(own.body);
    expect((usage.body as { data: unknown[] }).data.at(-1)).toMatchObject({ accepted: 1 });
    expectFieldErrors(await ask(`${id}/usage?interval=week`).set('Cookie', cookie), 'interval');
    for (const unknown of ['0123456789AB', 'x', `${id}%20`])
      for (const path of [unknown, `${unknown}/usage`])
        expectProblem(await ask(path).set('Cookie', cookie), 404, 'api_key_not_found');
    for (const path of [id, `${id}/usage`])
      expectProblem(await ask(path).set('X-API-Key', key), 403, 'forbidden');
  });

  it('adds later usage to what is already written', async () => {
    const { user, id, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    await usageOf(id, cookie);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);

    const { body } = await usageOf(id, cookie, '?interval=day');
    expect((body as { data: unknown[] }).data.at(-1)).toMatchObject({ accepted: 2, limited: 0, denied: 0 });
  });

  it('counts requests of a revoked key as denied and keeps its last use', async () => {
    const { user, id, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('Cookie', cookie).expect(200);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(401);

    const { body } = await usageOf(id, cookie);
    expect((body as { data: unknown[] }).data.at(-1)).toMatchObject({ accepted: 0, limited: 0, denied: 1 });
    const shown = await app.http.get(`/api/v1/api-keys/${id}`).set('Cookie', cookie).expect(200);
    expect(shown.body).toMatchObject({ lastUsedAt: null });
  });

  it('rejects invalid, empty and too long ranges, and keys of other users', async () => {
    const { user, id } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    const other = await app.createCaller();

    for (const [query, field] of [
      ['?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['?from=2020-01-01T00:00:00Z', 'from'],
      ['?to=now', 'to'],
      ['?interval=week', 'interval'],
      ['?x=1', 'x'],
    ] as const)
      expectFieldErrors(await usageOf(id, cookie, query), field);
    expectProblem(await usageOf(other.id, cookie), 404, 'api_key_not_found');
  });
});
