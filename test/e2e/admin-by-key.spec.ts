import type { Test } from 'supertest';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: Awaited<ReturnType<TestApp['createCaller']>>;
  let root: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
    admin = await app.createCaller('admin');
    root = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const byKey = (request: Test) => request.set('X-API-Key', admin.key);
  const bySession = (request: Test) => request.set('Cookie', root);
  const post = (path: string, body: object = {}) => app.http.post(`/api/v1/admin/${path}`).send(body);
  const patch = (id: string, body: object) => app.http.patch(`/api/v1/admin/users/${id}`).send(body);
  const signIn = (email: string, password = PASSWORD) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });
  const show = async (id: string) =>
    (await byKey(app.http.get(`/api/v1/admin/users/${id}`)).expect(200)).body as object;
  const expectForbidden = async (request: Test) => {
    const { detail } = expectProblem(await request, 403, 'forbidden');
    expect(detail).toMatch(/API key can't/);
    expect(detail).toMatch(/Sign in/);
  };

  it('never resets a password by key: of another admin, its owner or a standard user', async () => {
    const targets = [admin.user, await app.createUser('admin'), await app.createUser()];
    for (const { id, email } of targets) {
      const cookie = await app.signIn(email);
      await expectForbidden(byKey(post(`users/${id}/reset-password`)));
      await app.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
      await signIn(email).expect(200);
    }
    await expectForbidden(byKey(post('users/nobody/reset-password')));
    const { id, email } = targets[2]!;
    const reset = await bySession(post(`users/${id}/reset-password`)).expect(200);
    await signIn(email, (reset.body as { temporaryPassword: string }).temporaryPassword).expect(200);
  });

  it('never creates an admin by key, with or without a password', async () => {
    const body = { email: 'mallory@example.com', name: 'Mallory', role: 'admin' };
    for (const password of [{}, { password: PASSWORD }])
      await expectForbidden(byKey(post('users', { ...body, ...password })));
    expectProblem(await signIn(body.email), 401, 'sign_in_failed');
    await bySession(post('users', { ...body, password: PASSWORD })).expect(201);
    await signIn(body.email).expect(200);
  });

  it('never makes a user an admin by key, alone or with other changes', async () => {
    for (const role of ['standard', 'premium'] as const) {
      const { id, name } = await app.createUser(role);
      const before = await show(id);
      await expectForbidden(byKey(patch(id, { role: 'admin' })));
      await expectForbidden(byKey(patch(id, { name: 'Other', role: 'admin', status: 'suspended' })));
      expect(await show(id)).toEqual(before);
      await byKey(patch(id, { status: 'suspended' })).expect(200);
      await expectForbidden(byKey(patch(id, { role: 'admin' })));
      await expectForbidden(byKey(patch(id, { role: 'admin', status: 'active' })));
      await bySession(patch(id, { role: 'admin', status: 'active' })).expect(200);
      expect(await show(id)).toMatchObject({ name, role: 'admin', status: 'active' });
    }
  });

  it('suspends and reactivates an admin by key, because the role stays the same', async () => {
    const { id, email } = await app.createUser('admin');
    await byKey(patch(id, { status: 'suspended' })).expect(200);
    expectProblem(await signIn(email), 403, 'account_suspended');
    await byKey(patch(id, { status: 'active' })).expect(200);
    await signIn(email).expect(200);
  });

  it('renames an admin by key if the request repeats the current role', async () => {
    const { id } = await app.createUser('admin');
    const renamed = await byKey(patch(id, { name: 'Ada', role: 'admin', status: 'active' })).expect(200);
    expect(renamed.body).toMatchObject({ name: 'Ada', role: 'admin', status: 'active' });
  });

  it('allows all other admin operations by key', async () => {
    for (const role of ['standard', 'premium'] as const) {
      const email = `${role}-by-key@example.com`;
      const created = await byKey(post('users', { email, name: 'Ada', role, password: PASSWORD })).expect(
        201,
      );
      const { id } = created.body as { id: string };
      await signIn(email).expect(200);
      const other = role === 'standard' ? 'premium' : 'standard';
      expect((await byKey(patch(id, { role: other })).expect(200)).body).toMatchObject({ role: other });
      await byKey(patch(id, { status: 'suspended' })).expect(200);
      await byKey(patch(id, { status: 'active' })).expect(200);
    }
    const alan = { email: 'alan@example.com', name: 'Alan', role: 'standard' };
    const { temporaryPassword } = (await byKey(post('users', alan)).expect(201)).body as {
      temporaryPassword: string;
    };
    await signIn(alan.email, temporaryPassword).expect(200);

    const demoted = await app.createCaller('admin');
    await byKey(patch(demoted.user.id, { role: 'standard' })).expect(200);
    expectProblem(await app.http.get('/api/v1/admin/stats').set('X-API-Key', demoted.key), 403, 'forbidden');
    await byKey(post(`api-keys/${demoted.id}/revoke`)).expect(200);
    await byKey(post('api-keys/revoke', { ids: [demoted.id], dryRun: true })).expect(200);
    await byKey(post('api-keys/revoke', { ids: [demoted.id], expected: 0 })).expect(200);
    for (const path of ['users', `users/${admin.user.id}`, 'api-keys', 'stats'])
      await byKey(app.http.get(`/api/v1/admin/${path}`)).expect(200);
  });

  it('leaves no way to sign in after a leaked key is revoked', async () => {
    const leaked = await app.createCaller('admin');
    const request = (test: Test) => test.set('X-API-Key', leaked.key);
    const victim = await app.createUser('admin');
    for (const id of [leaked.user.id, victim.id])
      await request(post(`users/${id}/reset-password`)).expect(403);
    const body = { email: 'eve@example.com', name: 'Eve', role: 'standard', password: PASSWORD };
    const eve = await request(post('users', body)).expect(201);
    await request(patch((eve.body as { id: string }).id, { role: 'admin' })).expect(403);
    const cookie = cookieOf(await signIn(body.email).expect(200));
    await bySession(post(`api-keys/${leaked.id}/revoke`)).expect(200);
    expectProblem(await app.http.get('/api/v1/admin/users').set('Cookie', cookie), 403, 'forbidden');
  });
});
