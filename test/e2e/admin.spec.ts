import { TestApp, cookieOf, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: Awaited<ReturnType<TestApp['createCaller']>>;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_ADMIN: '100000' } });
    admin = await app.createCaller('admin');
  });

  afterAll(() => app.stop());

  const get = (path: string, query: object = {}, key = admin.key) =>
    app.http.get(`/api/v1/admin/${path}`).query(query).set('X-API-Key', key);
  const post = (body: object) => app.http.post('/api/v1/admin/users').set('X-API-Key', admin.key).send(body);
  const patch = (id: string, body: object, key = admin.key) =>
    app.http.patch(`/api/v1/admin/users/${id}`).set('X-API-Key', key).send(body);
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const signIn = (email: string, password: string) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });

  it('is open only to admins, by key and by session', async () => {
    const cookie = await app.signIn('root@example.com');
    await app.http.get('/api/v1/admin/users').set('Cookie', cookie).expect(200);
    for (const role of ['standard', 'premium'] as const) {
      const { key, user } = await app.createCaller(role);
      const session = await app.signIn(user.email);
      const requests = () => [
        app.http.get('/api/v1/admin/users'),
        app.http.get(`/api/v1/admin/users/${user.id}`),
        app.http.post('/api/v1/admin/users').send({ email: 'x@example.com', name: 'x', role: 'admin' }),
        app.http.patch(`/api/v1/admin/users/${user.id}`).send({ role: 'admin' }),
        app.http.get('/api/v1/admin/api-keys'),
      ];
      for (const request of requests()) expectProblem(await request.set('X-API-Key', key), 403, 'forbidden');
      for (const request of requests()) expectProblem(await request.set('Cookie', session), 403, 'forbidden');
      for (const request of requests()) expectProblem(await request, 401, 'credentials_missing');
      expect((await get(`users/${user.id}`).expect(200)).body).toMatchObject({ role });
    }
    const none = await get('users', { search: 'x@example.com' }).expect(200);
    expect(none.body).toEqual({ data: [], nextCursor: null });
  });

  it('creates a user with a password', async () => {
    const response = await post({
      email: ' Grace@Example.com ',
      name: ' Grace ',
      role: 'premium',
      password: PASSWORD,
    }).expect(201);
    const { id } = response.body as { id: string };
    const time = expect.stringMatching(/^\d{4}-.+Z$/) as unknown;
    const user = {
      id,
      email: 'grace@example.com',
      name: 'Grace',
      role: 'premium',
      status: 'active',
      createdAt: time,
      updatedAt: time,
    };
    expect(response.body).toEqual(user);
    expect(response.headers['location']).toBe(`/api/v1/admin/users/${id}`);
    const shown = await get(`users/${id}`).expect(200);
    expect(shown.body).toEqual({ ...user, activeApiKeys: 0, lastSeenAt: null });
    const cookie = cookieOf(await signIn('grace@example.com', PASSWORD).expect(200));
    await app.http.post('/api/v1/api-keys').set('Cookie', cookie).send({ name: 'x' }).expect(201);
    expect((await get(`users/${id}`).expect(200)).body).toEqual({
      ...user,
      activeApiKeys: 1,
      lastSeenAt: time,
    });
  });

  it('shows a temporary password once when it creates a user without a password', async () => {
    const response = await post({ email: 'alan@example.com', name: 'Alan', role: 'standard' }).expect(201);
    const { id, temporaryPassword } = response.body as { id: string; temporaryPassword: string };
    expect(temporaryPassword).toMatch(/^[\w-]{20}$/);
    expect(response.headers['cache-control']).toBe('no-store');
    for (const again of [
      await get(`users/${id}`),
      await get('users', { search: 'alan' }),
      await patch(id, { name: 'Alan T' }),
    ]) {
      expect(again.text).toContain(id);
      expect(again.text).not.toMatch(/password/i);
      expect(again.text).not.toContain(temporaryPassword);
    }
    const cookie = cookieOf(await signIn('alan@example.com', temporaryPassword).expect(200));
    const early = app.http.get('/api/v1/api-keys').set('Cookie', cookie);
    expectProblem(await early, 403, 'password_change_required');
  });

  it('rejects invalid users', async () => {
    const body = { email: 'new@example.com', name: 'New', role: 'standard', password: PASSWORD };
    await post(body).expect(201);
    expectProblem(await post({ ...body, email: 'NEW@example.com ' }), 409, 'email_taken');
    expectFieldErrors(await post({}), 'email', 'name', 'role');
    expectFieldErrors(await post({ ...body, role: 'root' }), 'role');
    expectFieldErrors(await post({ ...body, role: ['admin'] }), 'role');
    expectFieldErrors(await post({ ...body, password: null }), 'password');
    expectFieldErrors(await post({ ...body, status: 'suspended', id: 'x' }), 'status', 'id');
    expectFieldErrors(await post({ ...body, name: 'a\u202eb' }), 'name');
  });

  it('changes name, role and status, and moves updatedAt only when something changed', async () => {
    const { id } = await app.createUser();
    const before = (await get(`users/${id}`).expect(200)).body as { updatedAt: string };
    app.clock.advance(1_000);
    expect((await patch(id, {}).expect(200)).body).toMatchObject({ updatedAt: before.updatedAt });
    expect((await patch(id, { role: 'standard', status: 'active' }).expect(200)).body).toMatchObject({
      updatedAt: before.updatedAt,
    });
    const after = await patch(id, { name: 'Renamed', role: 'premium', status: 'suspended' }).expect(200);
    expect(after.body).toMatchObject({ id, name: 'Renamed', role: 'premium', status: 'suspended' });
    expect(Date.parse((after.body as { updatedAt: string }).updatedAt)).toBeGreaterThan(
      Date.parse(before.updatedAt),
    );
    expectFieldErrors(
      await patch(id, { role: null, status: 'dead', name: '', email: 'x@example.com' }),
      'role',
      'status',
      'name',
      'email',
    );
    expectFieldErrors(await patch(id, { password: PASSWORD }), 'password');
  });

  it('finds a user only by the exact id', async () => {
    const { id } = await app.createUser();
    for (const other of [
      'x',
      id.toUpperCase(),
      `${id}%20`,
      '00000000-0000-0000-0000-000000000000',
      '%00',
      "' OR 1=1 --",
    ]) {
      expectProblem(await get(`users/${other}`), 404, 'user_not_found');
      expectProblem(await patch(other, { role: 'admin' }), 404, 'user_not_found');
    }
    expect((await get(`users/${id}`).expect(200)).body).toMatchObject({ role: 'standard' });
  });

  it('keeps the last active admin', async () => {
    const alone = await TestApp.start(kind);
    try {
      const root = await alone.signIn('root@example.com');
      const { id } = (await alone.http.get('/api/v1/me').set('Cookie', root).expect(200)).body.user as {
        id: string;
      };
      const change = (target: string, body: object) =>
        alone.http.patch(`/api/v1/admin/users/${target}`).set('Cookie', root).send(body);
      for (const body of [{ role: 'standard' }, { role: 'premium', name: 'x' }, { status: 'suspended' }]) {
        expectProblem(await change(id, body), 409, 'last_admin');
      }
      const other = await alone.createUser('admin');
      await change(other.id, { status: 'suspended' }).expect(200);
      expectProblem(await change(id, { role: 'standard' }), 409, 'last_admin');
      await change(other.id, { role: 'standard' }).expect(200);
      await change(other.id, { role: 'admin' }).expect(200);
      expectProblem(await change(id, { status: 'suspended' }), 409, 'last_admin');
      await change(other.id, { status: 'active' }).expect(200);
      const shown = await alone.http.get(`/api/v1/admin/users/${id}`).set('Cookie', root).expect(200);
      expect(shown.body).toMatchObject({ name: 'Admin', role: 'admin', status: 'active' });
      await change(id, { role: 'standard' }).expect(200);
      expectProblem(await change(other.id, { role: 'standard' }), 403, 'forbidden');
    } finally {
      await alone.stop();
    }
  });

  it("rejects the key of a demoted admin from the next request on, and admits a new admin's key", async () => {
    const { user, key } = await app.createCaller('admin');
    const session = await app.signIn(user.email);
    await get('users', {}, key).expect(200);
    await patch(user.id, { role: 'standard' }).expect(200);
    expectProblem(await get('users', {}, key), 403, 'forbidden');
    expectProblem(await app.http.get('/api/v1/admin/users').set('Cookie', session), 403, 'forbidden');
    expect((await me(key).expect(200)).body).toMatchObject({
      user: { role: 'standard' },
      rateLimit: { policy: 'standard' },
    });
    const root = await app.signIn('root@example.com');
    const promoted = app.http.patch(`/api/v1/admin/users/${user.id}`).set('Cookie', root);
    await promoted.send({ role: 'admin' }).expect(200);
    await get('users', {}, key).expect(200);
    await app.http.get('/api/v1/admin/users').set('Cookie', session).expect(200);
  });

  it('stops every key and session of a suspended user at once, and restores them on reactivation', async () => {
    const { user, key } = await app.createCaller();
    const second = await app.createKey(user);
    const session = await app.signIn(user.email);
    for (const k of [key, second.key]) await me(k).expect(200);
    await patch(user.id, { status: 'suspended' }).expect(200);
    for (const k of [key, second.key]) expectProblem(await me(k), 403, 'account_suspended');
    expectProblem(await app.http.get('/api/v1/me').set('Cookie', session), 403, 'account_suspended');
    expectProblem(await signIn(user.email, PASSWORD), 403, 'account_suspended');
    expectProblem(await signIn(user.email, 'wrong'), 401, 'sign_in_failed');
    await patch(user.id, { status: 'active' }).expect(200);
    for (const k of [key, second.key]) await me(k).expect(200);
    await app.http.get('/api/v1/me').set('Cookie', session).expect(200);
    await signIn(user.email, PASSWORD).expect(200);
  });
});
