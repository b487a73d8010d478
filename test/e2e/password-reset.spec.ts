import { randomUUID } from 'node:crypto';
import type { Test } from 'supertest';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { PasswordsService } from '../../src/modules/users/index.js';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { holdAfter, nextCall } from '../support/held-call.js';
import { expectProblem } from '../support/problem.js';

const NEW_PASSWORD = 'another long password';
const HOUR_MS = 60 * 60 * 1_000;

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: Awaited<ReturnType<TestApp['createCaller']>>;
  let session: string;
  let passwords: PasswordsService;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000' },
    });
    admin = await app.createCaller('admin');
    session = await app.signIn(admin.user.email);
    passwords = app.nest.get(PasswordsService);
  });

  // Each test starts with fresh rate limits for the address.
  beforeEach(() => app.clock.advance(60_000));

  afterAll(() => app.stop());

  const reset = (id: string) =>
    app.http.post(`/api/v1/admin/users/${id}/reset-password`).set('Cookie', session);
  const temporaryOf = (response: { body: unknown }) =>
    (response.body as { temporaryPassword: string }).temporaryPassword;
  const signIn = (email: string, password: string) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });
  const me = (cookie: string) => app.http.get('/api/v1/me').set('Cookie', cookie);
  const change = (cookie: string, currentPassword: string, newPassword = NEW_PASSWORD) =>
    app.http.post('/api/v1/me/password').set('Cookie', cookie).send({ currentPassword, newPassword });

  it('returns a temporary password once, which must be changed before anything else', async () => {
    const { user } = await app.createCaller();
    const response = await reset(user.id).expect(200);
    const temporary = temporaryOf(response);
    expect(response.body).toEqual({ temporaryPassword: expect.stringMatching(/^[\w-]{20}$/) });
    expect(response.headers['cache-control']).toBe('no-store');

    expectProblem(await signIn(user.email, PASSWORD), 401, 'sign_in_failed');
    const cookie = cookieOf(await signIn(user.email, temporary).expect(200));
    const early = await app.http.get('/api/v1/api-keys').set('Cookie', cookie);
    expectProblem(early, 403, 'password_change_required');
    const fresh = cookieOf(await change(cookie, temporary).expect(204));
    await app.http.get('/api/v1/api-keys').set('Cookie', fresh).expect(200);
    expectProblem(await signIn(user.email, temporary), 401, 'sign_in_failed');

    const shown = await app.http.get(`/api/v1/admin/users/${user.id}`).set('X-API-Key', admin.key);
    expect(shown.text).not.toMatch(/password/i);
  });

  it('returns a temporary password that expires after 72 hours, and reports that to users who know it', async () => {
    const { id, email } = await app.createUser();
    const temporary = temporaryOf(await reset(id).expect(200));
    const changed = await app.createUser();
    const cookie = cookieOf(await signIn(changed.email, PASSWORD).expect(200));
    await change(cookie, PASSWORD).expect(204);
    app.clock.advance(72 * HOUR_MS - 60_000);
    const early = cookieOf(await signIn(email, temporary).expect(200));
    await me(early).expect(200);
    app.clock.advance(60_000);
    const ended = expectProblem(await signIn(email, temporary), 401, 'sign_in_failed');
    expect(ended.detail).toContain('temporary password has expired');
    const wrong = expectProblem(await signIn(email, `${temporary}x`), 401, 'sign_in_failed');
    expect(wrong.detail).toBe('The email address or password is incorrect.');
    // A session started with it cannot change the password any more either.
    expectProblem(await me(early), 401, 'session_expired');
    expectProblem(await change(early, temporary), 401, 'session_expired');
    for (const [path, text] of [
      ['/sign-in', 'This temporary password has expired'],
      ['/zh/sign-in', '此临时密码已超过 72 小时'],
    ] as const) {
      const page = await app.http.post(path).type('form').send({ email, password: temporary }).expect(401);
      expect(page.text).toContain(text);
    }
    await signIn(changed.email, NEW_PASSWORD).expect(200);

    session = await app.signIn(admin.user.email);
    const shown = async () =>
      (await app.http.get(`/admin/users/${id}`).set('Cookie', session).expect(200)).text;
    expect(await shown()).toContain('Temporary password expires');
    const again = temporaryOf(await reset(id).expect(200));
    const fresh = cookieOf(await signIn(email, again).expect(200));
    await change(fresh, again).expect(204);
    app.clock.advance(72 * HOUR_MS);
    await signIn(email, NEW_PASSWORD).expect(200);
    expect(await shown()).not.toContain('Temporary password expires');
  });

  it("ends only this user's sessions, and keeps the user's keys", async () => {
    const one = await app.createCaller();
    const other = await app.createUser();
    const sessions = [await app.signIn(one.user.email), await app.signIn(one.user.email)];
    const theirs = await app.signIn(other.email);
    await reset(one.user.id).expect(200);
    for (const cookie of sessions) expectProblem(await me(cookie), 401, 'session_expired');
    await me(theirs).expect(200);
    await app.http.get('/api/v1/me').set('X-API-Key', one.key).expect(200);
    await signIn(other.email, PASSWORD).expect(200);
  });

  it('changes updatedAt and no other visible field', async () => {
    const { id } = await app.createUser('premium');
    const show = async () =>
      (await app.http.get(`/api/v1/admin/users/${id}`).set('X-API-Key', admin.key).expect(200)).body as {
        updatedAt: string;
      };
    const before = await show();
    app.clock.advance(1_000);
    await reset(id).expect(200);
    const after = await show();
    expect({ ...after, updatedAt: null }).toEqual({ ...before, updatedAt: null });
    expect(after.updatedAt > before.updatedAt).toBe(true);
  });

  it('generates a new password each time, and only the last one works', async () => {
    const { id, email } = await app.createUser();
    const first = temporaryOf(await reset(id).expect(200));
    const second = temporaryOf(await reset(id).expect(200));
    expect(first).not.toBe(second);
    expectProblem(await signIn(email, first), 401, 'sign_in_failed');
    await signIn(email, second).expect(200);
  });

  it('lets admins reset their own password', async () => {
    const { id, email } = await app.createUser('admin');
    const cookie = await app.signIn(email);
    const response = await app.http.post(`/api/v1/admin/users/${id}/reset-password`).set('Cookie', cookie);
    expect(response.status).toBe(200);
    expectProblem(await me(cookie), 401, 'session_expired');
    await signIn(email, temporaryOf(response)).expect(200);
  });

  it('does not reactivate a suspended user', async () => {
    const { id, email } = await app.createUser();
    const suspended = app.http.patch(`/api/v1/admin/users/${id}`).set('X-API-Key', admin.key);
    await suspended.send({ status: 'suspended' }).expect(200);
    const temporary = temporaryOf(await reset(id).expect(200));
    expectProblem(await signIn(email, temporary), 403, 'account_suspended');
    expectProblem(await signIn(email, PASSWORD), 401, 'sign_in_failed');
  });

  it('finds a user only by the exact id', async () => {
    const { id, email } = await app.createUser();
    for (const other of ['x', id.toUpperCase(), `${id}%20`, randomUUID(), '%00'])
      expectProblem(await reset(other), 404, 'user_not_found');
    await signIn(email, PASSWORD).expect(200);
  });

  it('is forbidden to everyone but admins, and then changes nothing', async () => {
    const victim = await app.createUser();
    for (const role of ['standard', 'premium'] as const) {
      const { user, key } = await app.createCaller(role);
      const session = await app.signIn(user.email);
      for (const id of [victim.id, user.id]) {
        const send = () => app.http.post(`/api/v1/admin/users/${id}/reset-password`);
        expectProblem(await send().set('X-API-Key', key), 403, 'forbidden');
        expectProblem(await send().set('Cookie', session), 403, 'forbidden');
        expectProblem(await send(), 401, 'credentials_missing');
      }
      await me(session).expect(200);
    }
    await signIn(victim.email, PASSWORD).expect(200);
  });

  /** Starts a request; its response is awaited later. */
  const send = (send: Test) => send.then((response) => response);

  describe('together with a sign-in with the old password', () => {
    it('rejects a sign-in whose password was verified before the reset', async () => {
      const { id, email } = await app.createUser();
      const resetting = holdAfter(passwords, 'reset');
      const response = send(reset(id));
      await resetting.worked;
      const checking = holdAfter(passwords, 'checkByEmail');
      const signingIn = send(signIn(email, PASSWORD));
      await checking.worked;
      checking.release();
      resetting.release();
      expectProblem(await signingIn, 401, 'sign_in_failed');
      await signIn(email, temporaryOf(await response)).expect(200);
    });

    it('ends the session of a sign-in that completed first', async () => {
      const { id, email } = await app.createUser();
      const signingIn = holdAfter(passwords, 'isStillValid');
      const signedIn = send(signIn(email, PASSWORD));
      await signingIn.worked;
      const writeStarted = nextCall(app.nest.get(Database), 'write', (by) => by !== SYSTEM_AUTHOR);
      const response = send(reset(id));
      await writeStarted;
      signingIn.release();
      expect((await signedIn).status).toBe(200);
      const temporary = temporaryOf(await response);
      expectProblem(await me(cookieOf(await signedIn)), 401, 'session_expired');
      await signIn(email, temporary).expect(200);
    });
  });

  describe('together with a change of the password', () => {
    it('rejects a change whose current password was verified before the reset', async () => {
      const { id, email } = await app.createUser();
      const cookie = await app.signIn(email);
      const resetting = holdAfter(passwords, 'reset');
      const response = send(reset(id));
      await resetting.worked;
      const writeStarted = nextCall(app.nest.get(Database), 'write', (by) => by !== SYSTEM_AUTHOR);
      const changing = send(change(cookie, PASSWORD));
      await writeStarted;
      resetting.release();
      expectProblem(await changing, 401, 'session_expired');
      expectProblem(await signIn(email, NEW_PASSWORD), 401, 'sign_in_failed');
      await signIn(email, temporaryOf(await response)).expect(200);
    });

    it('is not undone by a change that completed first', async () => {
      const { id, email } = await app.createUser();
      const cookie = await app.signIn(email);
      const changing = holdAfter(passwords, 'change');
      const changed = send(change(cookie, PASSWORD));
      await changing.worked;
      const writeStarted = nextCall(app.nest.get(Database), 'write', (by) => by !== SYSTEM_AUTHOR);
      const response = send(reset(id));
      await writeStarted;
      changing.release();
      expect((await changed).status).toBe(204);
      const temporary = temporaryOf(await response);
      for (const ended of [cookie, cookieOf(await changed)])
        expectProblem(await me(ended), 401, 'session_expired');
      expectProblem(await signIn(email, NEW_PASSWORD), 401, 'sign_in_failed');
      await signIn(email, temporary).expect(200);
    });
  });
});
