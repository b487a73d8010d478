import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { unavailable } from '../../src/common/errors/index.js';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { SessionEntity } from '../../src/modules/auth/index.js';
import { SessionsRepository } from '../../src/modules/auth/sessions/sessions.repository.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { TestApp, cookieOf, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { sessionRow } from '../support/rows.js';
import { policyAndRemaining, expectProblem, expectFieldErrors } from '../support/problem.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

const attributesOf = (response: { headers: Record<string, unknown> }): string[] =>
  (response.headers['set-cookie'] as string[])[0]!.split('; ').slice(1).sort();

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
  });

  afterAll(() => app.stop());

  const signIn = (email: string, password = PASSWORD) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });
  const me = (cookie: string) => app.http.get('/api/v1/me').set('Cookie', cookie);
  const sessions = async (cookie: string) =>
    ((await app.http.get('/api/v1/me/sessions').set('Cookie', cookie).expect(200)).body as { data: object[] })
      .data;

  const insertSessions = async (userId: string, count: number): Promise<void> => {
    const now = app.clock.now();
    const rows = Array.from({ length: count }, () => sessionRow({ userId, createdAt: now, lastSeenAt: now }));
    await app.nest.get(Database).write(SYSTEM_AUTHOR, ({ manager }) => manager.insert(SessionEntity, rows));
  };
  const countSessions = (userId: string): Promise<number> =>
    app.nest.get(DataSource).getRepository(SessionEntity).countBy({ userId });

  it('signs a user in with a cookie that scripts cannot read', async () => {
    const user = await app.createUser();
    const response = await signIn(`  ${user.email.toUpperCase()} `).expect(200);
    expect(response.body).toEqual({
      id: user.id,
      email: user.email,
      name: user.name,
      role: 'standard',
      status: 'active',
      createdAt: user.createdAt.toISOString(),
      updatedAt: user.updatedAt.toISOString(),
    });
    expect(cookieOf(response)).toMatch(/^chameleon_session=[\w-]{43}$/);
    expect(attributesOf(response)).toEqual([
      'HttpOnly',
      `Max-Age=${30 * 24 * 60 * 60}`,
      'Path=/',
      'SameSite=Lax',
    ]);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.text).not.toContain(cookieOf(response).split('=')[1]);
  });

  it('stores nothing that would allow taking over a session', async () => {
    const { id, email } = await app.createUser();
    const [, token] = (await app.signIn(email)).split('=');
    const [session] = await app.nest.get(DataSource).getRepository(SessionEntity).findBy({ userId: id });
    expect(session!.tokenHash).toBe(createHash('sha256').update(token!).digest('hex'));
    expect(JSON.stringify(session)).not.toContain(token);
    expectProblem(await me(`chameleon_session=${session!.tokenHash.slice(0, 43)}`), 401, 'session_expired');
  });

  it('accepts on https only a cookie with the __Host- prefix', async () => {
    const secure = await TestApp.start(kind, { env: { PUBLIC_URL: 'https://keys.example.com' } });
    try {
      const { email } = await secure.createUser();
      const response = await secure.http
        .post('/api/v1/auth/sign-in')
        .send({ email, password: PASSWORD })
        .expect(200);
      const cookie = cookieOf(response);
      expect(cookie).toMatch(/^__Host-chameleon_session=[\w-]{43}$/);
      expect(attributesOf(response)).toEqual([
        'HttpOnly',
        `Max-Age=${30 * 24 * 60 * 60}`,
        'Path=/',
        'SameSite=Lax',
        'Secure',
      ]);
      expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
      await secure.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
      const plain = cookie.replace('__Host-', '');
      expectProblem(await secure.http.get('/api/v1/me').set('Cookie', plain), 401, 'credentials_missing');
      const own = secure.http
        .post('/api/v1/ping')
        .set('Cookie', cookie)
        .set('Origin', 'https://keys.example.com');
      await own.send({}).expect(200);
    } finally {
      await secure.stop();
    }
  });

  it('sends the same response for a wrong password and an unknown address', async () => {
    const { email } = await app.createUser();
    const wrong = expectProblem(await signIn(email, 'wrong'), 401, 'sign_in_failed');
    const unknown = expectProblem(await signIn('nobody@example.com', 'wrong'), 401, 'sign_in_failed');
    expect({ ...wrong, requestId: '' }).toEqual({ ...unknown, requestId: '' });
  });

  it('starts a new session at every sign-in and ends the presented one', async () => {
    const { email } = await app.createUser();
    const first = await app.signIn(email);
    const apart = await app.signIn(email);
    const response = await signIn(email).set('Cookie', first).expect(200);
    const second = cookieOf(response);
    expect(new Set([first, apart, second]).size).toBe(3);
    expectProblem(await me(first), 401, 'session_expired');
    await me(apart).expect(200);
    await me(second).expect(200);
    expectProblem(await signIn(email, 'wrong').set('Cookie', second), 401, 'sign_in_failed');
    await me(second).expect(200);
  });

  it("returns both rate limits from GET /me with a session, and counts only the session's", async () => {
    const { user, key } = await app.createCaller();
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    const cookie = await app.signIn(user.email);
    for (const remaining of [599, 598]) {
      const response = await me(cookie).expect(200);
      expect(response.body).toMatchObject({
        user: { id: user.id, role: 'standard' },
        authentication: { method: 'session', apiKey: null },
        rateLimit: { policy: 'session', limit: 600, remaining },
        apiKeyRateLimit: { policy: 'standard', limit: 100, remaining: 99 },
      });
      expect(policyAndRemaining(response)).toBe(`session ${remaining}`);
    }
  });

  it('rejects invalid session cookies', async () => {
    for (const token of ['x', 'A'.repeat(43), '%00', 'x'.repeat(5_000)]) {
      const response = await me(`chameleon_session=${token}`);
      expectProblem(response, 401, 'session_expired');
      expect(policyAndRemaining(response)).toMatch(/^anonymous /);
    }
    const lookup = jest.spyOn(SessionsRepository.prototype, 'findByTokenHash');
    await me('chameleon_session=too-short').expect(401);
    expect(lookup).not.toHaveBeenCalled();
    lookup.mockRestore();
    for (const cookie of ['chameleon_session=', 'other=1', ';;;'])
      expectProblem(await me(cookie), 401, 'credentials_missing');
  });

  it('ends a session after 7 days without use', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    app.clock.advance(7 * DAY_MS - HOUR_MS);
    await me(cookie).expect(200);
    app.clock.advance(7 * DAY_MS - HOUR_MS);
    await me(cookie).expect(200);
    app.clock.advance(7 * DAY_MS);
    expectProblem(await me(cookie), 401, 'session_expired');
  });

  it('ends a session at the exact millisecond, on every route', async () => {
    const user = await app.createUser();
    const token = randomBytes(32).toString('base64url');
    const tokenHash = createHash('sha256').update(token).digest('hex');
    const now = app.clock.now();
    const clock = jest.spyOn(app.clock, 'now').mockReturnValue(now);
    const ago = (ms: number) => new Date(now.getTime() - ms);
    const rows = app.nest.get(DataSource).getRepository(SessionEntity);
    const statuses = [];
    for (const [createdAt, lastSeenAt] of [
      [ago(DAY_MS), ago(7 * DAY_MS)],
      [ago(30 * DAY_MS), now],
      [ago(-HOUR_MS), now],
      [ago(8 * DAY_MS), ago(7 * DAY_MS - 1)],
      [ago(30 * DAY_MS - 1), now],
      [ago(1 - HOUR_MS), now],
    ] as const) {
      const session = sessionRow({ userId: user.id, tokenHash, createdAt, lastSeenAt });
      await rows.insert(session);
      const caller = { ...(await app.principalOf(user)), sessionId: session.id };
      const written = app.nest.get(Database).write(caller, () => Promise.resolve('written'));
      const outcome = await written.catch((error: Error) => error.message);
      statuses.push(`${(await me(`chameleon_session=${token}`)).status} ${outcome}`);
      await rows.delete({ id: session.id });
    }
    clock.mockRestore();
    const over = '401 Your session has ended. Sign in again.';
    expect(statuses).toEqual([over, over, over, ...Array<string>(3).fill('200 written')]);
  });

  it("deletes a user's expired sessions at the next sign-in", async () => {
    const { id, email } = await app.createUser();
    const count = () => app.nest.get(DataSource).getRepository(SessionEntity).countBy({ userId: id });
    await app.signIn(email);
    app.clock.advance(7 * DAY_MS - HOUR_MS);
    await app.signIn(email);
    expect(await count()).toBe(2);
    app.clock.advance(HOUR_MS);
    await app.signIn(email);
    expect(await count()).toBe(2);
  });

  it('records the use of a session at most once an hour', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const seenAt = async () => ((await sessions(cookie))[0] as { lastSeenAt: string }).lastSeenAt;
    const first = await seenAt();
    app.clock.advance(HOUR_MS - 60_000);
    expect(await seenAt()).toBe(first);
    app.clock.advance(60_000);
    await me(cookie).expect(200);
    expect(Date.parse(await seenAt()) - Date.parse(first)).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('records when a user was last active, at sign-in and later', async () => {
    const { id, email } = await app.createUser();
    const seenAt = async () =>
      (await app.nest.get(DataSource).getRepository(UserEntity).findOneByOrFail({ id })).lastSeenAt;
    const cookie = await app.signIn(email);
    const first = await seenAt();
    expect(Math.abs(first!.getTime() - app.clock.nowMs())).toBeLessThan(60_000);
    app.clock.advance(HOUR_MS);
    await me(cookie).expect(200);
    expect((await seenAt())!.getTime() - first!.getTime()).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('rejects a session whose use cannot be recorded', async () => {
    const cookie = await app.signIn((await app.createUser()).email);
    app.clock.advance(HOUR_MS);
    const slide = jest.spyOn(SessionsRepository.prototype, 'slide').mockRejectedValue(unavailable('full'));
    expectProblem(await me(cookie), 503, 'unavailable');
    slide.mockRestore();
    await me(cookie).expect(200);
  });

  it('ends a session after 30 days, however often it is used', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    for (let day = 0; day < 29; day += 3) {
      await me(cookie).expect(200);
      app.clock.advance(3 * DAY_MS);
    }
    expectProblem(await me(cookie), 401, 'session_expired');
  });

  it('signs out, even repeatedly', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const other = await app.signIn(email);
    const signOut = () => app.http.post('/api/v1/auth/sign-out');
    for (const request of [signOut().set('Cookie', cookie), signOut().set('Cookie', cookie), signOut()]) {
      const response = await request.expect(204);
      expect(response.text).toBe('');
      expect(cookieOf(response)).toBe('chameleon_session=');
      expect(attributesOf(response)).toEqual(['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax']);
    }
    expectProblem(await me(cookie), 401, 'session_expired');
    await me(other).expect(200);
  });

  it("lists a user's own live sessions and ends the others", async () => {
    const { email } = await app.createUser();
    const otherUser = await app.signIn((await app.createUser()).email);
    const login = (agent: string) => signIn(email).set('User-Agent', agent).expect(200).then(cookieOf);
    const over = await login('Over');
    app.clock.advance(8 * DAY_MS);
    const first = await login('First');
    app.clock.advance(5);
    const second = await login('x'.repeat(5_000));
    const time = expect.stringMatching(/^\d{4}-.+Z$/) as unknown;
    const common = {
      id: expect.any(String) as unknown,
      createdAt: time,
      lastSeenAt: time,
      address: '127.0.0.1',
    };
    expect(await sessions(first)).toEqual([
      { ...common, userAgent: 'x'.repeat(400), current: false },
      { ...common, userAgent: 'First', current: true },
    ]);
    await app.http.post('/api/v1/me/sessions/revoke-others').set('Cookie', first).expect(204);
    expectProblem(await me(second), 401, 'session_expired');
    expectProblem(await me(over), 401, 'session_expired');
    expect(await sessions(first)).toHaveLength(1);
    expectProblem(await me(otherUser), 401, 'session_expired');
    const fresh = await app.signIn((await app.createUser()).email);
    await app.http.post('/api/v1/me/sessions/revoke-others').set('Cookie', first).expect(204);
    await me(fresh).expect(200);
  });

  describe('ending one session', () => {
    const end = (cookie: string, id: string) =>
      app.http.delete(`/api/v1/me/sessions/${id}`).set('Cookie', cookie);
    const idOf = async (cookie: string): Promise<string> =>
      ((await sessions(cookie)) as { id: string; current: boolean }[]).find(({ current }) => current)!.id;

    it("ends another session of the user's", async () => {
      const { email } = await app.createUser();
      const [first, second, third] = [
        await app.signIn(email),
        await app.signIn(email),
        await app.signIn(email),
      ];
      const id = await idOf(second);
      const response = await end(first, id).expect(204);
      expect([response.text, response.headers['set-cookie']]).toEqual(['', undefined]);
      expectProblem(await me(second), 401, 'session_expired');
      await me(third).expect(200);
      expectProblem(await end(first, id), 404, 'not_found');
    });

    it('ends the current session, and clears its cookie like a sign-out', async () => {
      const { email } = await app.createUser();
      const [cookie, other] = [await app.signIn(email), await app.signIn(email)];
      const id = await idOf(cookie);
      const response = await end(cookie, id).expect(204);
      expect(cookieOf(response)).toBe('chameleon_session=');
      expect(attributesOf(response)).toEqual(['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax']);
      expectProblem(await end(cookie, id), 401, 'session_expired');
      await me(other).expect(200);
    });

    it("finds no session of another user, none that has expired, and none without an id's form", async () => {
      const { email, id: userId } = await app.createUser();
      const [cookie, theirs] = [await app.signIn(email), await app.signIn((await app.createUser()).email)];
      const expired = sessionRow({ userId, createdAt: new Date(0), lastSeenAt: new Date(0) });
      await app.nest.get(DataSource).getRepository(SessionEntity).insert(expired);
      for (const id of [await idOf(theirs), expired.id, randomUUID(), 'x', `${await idOf(cookie)}%20`])
        expectProblem(await end(cookie, id), 404, 'not_found');
      await me(theirs).expect(200);
      await me(cookie).expect(200);
    });

    it('ends a session once, even for simultaneous requests, and lets two sessions not end each other', async () => {
      const { email } = await app.createUser();
      const cookies = [await app.signIn(email), await app.signIn(email), await app.signIn(email)];
      const [first, second, third] = [cookies[0]!, cookies[1]!, cookies[2]!];
      const ids = [await idOf(first), await idOf(second), await idOf(third)];
      const statuses = async (...requests: ReturnType<typeof end>[]) =>
        (await Promise.all(requests)).map(({ status }) => status).sort();
      expect(await statuses(end(first, ids[2]!), end(second, ids[2]!))).toEqual([204, 404]);
      expect(await statuses(end(first, ids[1]!), end(second, ids[0]!))).toEqual([204, 401]);
      expect(await Promise.all([first, second].map(async (cookie) => (await me(cookie)).status))).toContain(
        200,
      );
    });

    it('rejects other sites', async () => {
      const cookie = await app.signIn((await app.createUser()).email);
      const request = end(cookie, await idOf(cookie)).set('Sec-Fetch-Site', 'cross-site');
      expectProblem(await request, 403, 'cross_site_request');
      await me(cookie).expect(200);
    });
  });

  it('lists sessions in pages, and ends the oldest when the hundred-and-first starts', async () => {
    const user = await app.createUser();
    const first = await app.signIn(user.email);
    app.clock.advance(10);
    await insertSessions(user.id, 99);
    app.clock.advance(10);
    const last = await app.signIn(user.email);
    expectProblem(await me(first), 401, 'session_expired');

    const seen: { id: string; current: boolean }[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 5; pages++) {
      const response = await app.http
        .get(`/api/v1/me/sessions?limit=30${cursor && `&cursor=${cursor}`}`)
        .set('Cookie', last)
        .expect(200);
      const body = response.body as { data: typeof seen; nextCursor: string | null };
      expect(body.data.length).toBe(pages < 3 ? 30 : 10);
      seen.push(...body.data);
      cursor = body.nextCursor;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(100);
    expect(seen.map(({ current }) => current)).toEqual([true, ...Array<boolean>(99).fill(false)]);
    for (const [query, field] of [
      ['cursor=x', 'cursor'],
      ['limit=0', 'limit'],
      ['status=x', 'status'],
    ] as const) {
      const response = await app.http.get(`/api/v1/me/sessions?${query}`).set('Cookie', last);
      expectFieldErrors(response, field);
    }
    const page = await app.http.get('/account').set('Cookie', last).expect(200);
    const [, next] = /href="(\/account\?cursor=[\w-]+)"/.exec(page.text) ?? [];
    const sessionsOn = (text: string) => text.match(/\/account\/sessions\/[\w-]{36}\/end/g);
    expect(sessionsOn(page.text)).toHaveLength(20);
    const second = await app.http.get(next!).set('Cookie', last).expect(200);
    expect(sessionsOn(second.text)).toHaveLength(20);
    expect(second.text).not.toContain('This session');
    const wrong = await app.http.get('/account?cursor=x').set('Cookie', last).expect(400);
    expect(wrong.text).toContain('This page is no longer available.');
  });

  it('keeps the limit of a hundred sessions when several start at once', async () => {
    const user = await app.createUser();
    await insertSessions(user.id, 98);
    app.clock.advance(10);
    const cookies = await Promise.all(Array.from({ length: 6 }, () => app.signIn(user.email)));
    expect(await countSessions(user.id)).toBe(100);
    for (const cookie of cookies) await me(cookie).expect(200);
  });

  it("clears away a user's old sessions at the next sign-in", async () => {
    const user = await app.createUser();
    await insertSessions(user.id, 2);
    app.clock.advance(7 * DAY_MS);
    await app.signIn(user.email);
    expect(await countSessions(user.id)).toBe(1);
  });

  it('rejects fields on routes without a body, and accepts an empty object', async () => {
    const admin = await app.createUser('admin');
    const cookie = await app.signIn(admin.email);
    const { id } = await app.createUser();
    const routes = [`/admin/users/${id}/reset-password`, '/me/sessions/revoke-others', '/auth/sign-out'];
    const send = (path: string, body: object) =>
      app.http.post(`/api/v1${path}`).set('Cookie', cookie).send(body);
    for (const path of routes) {
      expectFieldErrors(await send(path, { password: 'mine', other: 1 }), 'password', 'other');
      expectFieldErrors(await send(path, { constructor: 1 }), 'constructor');
      expectFieldErrors(await send(path, ['x']), '');
    }
    // None of these requests has ended the session.
    for (const path of routes) expect((await send(path, {})).status).toBeLessThan(300);
    expectProblem(await send(routes[0]!, { password: 'mine' }), 401, 'session_expired');
  });

  it('denies sign-up unless registration is open', async () => {
    const body = { email: 'stranger@example.com', password: PASSWORD, name: 'Stranger' };
    for (const sent of [body, {}]) {
      expectProblem(await app.http.post('/api/v1/auth/sign-up').send(sent), 403, 'registration_closed');
    }
    expectProblem(await signIn(body.email), 401, 'sign_in_failed');
  });

  it("updates the user's own name and no other field", async () => {
    const { email, id } = await app.createUser();
    const cookie = await app.signIn(email);
    const patch = (body: object) => app.http.patch('/api/v1/me').set('Cookie', cookie).send(body);
    expect((await patch({ name: ' Ada ' }).expect(200)).body).toMatchObject({
      id,
      email,
      name: 'Ada',
      role: 'standard',
    });
    expect((await patch({}).expect(200)).body).toMatchObject({ name: 'Ada' });
    expectFieldErrors(
      await patch({ name: 'Eve', role: 'admin', status: 'active', email: 'x' }),
      'role',
      'status',
      'email',
    );
    for (const name of ['', null, 'x'.repeat(101), 'a\nb']) expectFieldErrors(await patch({ name }), 'name');
    expect((await me(cookie).expect(200)).body).toMatchObject({ user: { name: 'Ada', role: 'standard' } });
  });
});
