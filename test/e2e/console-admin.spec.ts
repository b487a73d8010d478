import { randomUUID } from 'node:crypto';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000' },
    });
    cookie = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const get = (path: string) => app.http.get(path).set('Cookie', cookie);
  const post = (path: string, form: object) =>
    app.http.post(path).type('form').set('Cookie', cookie).send(form);
  const me = (key: string) => app.http.get('/api/v1/me').set('X-API-Key', key);
  const passwordIn = (text: string) => /id="temporary"[^>]*>([\w-]{20})</.exec(text)?.[1];

  it('is open only to users who are currently admins', async () => {
    const { user } = await app.createCaller('premium');
    const session = await app.signIn(user.email);
    const admins = ['', '/users', '/users/create', `/users/${user.id}`, '/api-keys', '/api-keys/revoke'];
    for (const path of admins) {
      const response = await app.http.get(`/admin${path}`).set('Cookie', session).expect(403);
      expect(response.text).toContain('You don’t have permission to do this.');
      await app.http.post(`/admin${path}`).type('form').set('Cookie', session).send({ role: 'admin' });
    }
    expect((await get(`/admin/users/${user.id}`)).text).toContain('<option value="premium" selected');
    await post(`/admin/users/${user.id}`, { name: user.name, role: 'admin' }).expect(303);
    await app.http.get('/admin').set('Cookie', session).expect(200);
    await post(`/admin/users/${user.id}`, { name: user.name, role: 'standard' }).expect(303);
    await app.http.get('/admin').set('Cookie', session).expect(403);
  });

  it('shows statistics', async () => {
    // The page doesn't wait for the first count.
    await get('/api/v1/admin/stats').expect(200);
    const { text } = await app.getCounted('/admin', cookie);
    expect(text).toMatch(/<a href="\/admin\/api-keys\?status=active">Active<\/a><\/dt><dd>\d/);
  });

  describe('users', () => {
    it('are created with a temporary password that is shown once', async () => {
      const email = `Grace.${kind.name}@Example.com`;
      const form = { form: randomUUID(), name: 'Grace', email, role: 'premium', password: '' };
      const response = await post('/admin/users/create', form).expect(201);
      const password = passwordIn(response.text)!;
      await app.http.post('/api/v1/auth/sign-in').send({ email, password }).expect(200);
      // Submitting the same form again shows it for a while. Another form doesn't.
      expect(passwordIn((await post('/admin/users/create', form).expect(201)).text)).toBe(password);
      const again = await post('/admin/users/create', { ...form, form: randomUUID() }).expect(409);
      expect(again.text).toContain('An account with this email address already exists.');
      expect(again.text).toContain('value="Grace"');
      const list = await get(`/admin/users?search=grace.&role=premium&status=active`).expect(200);
      expect(list.text.match(/<tr>/g)).toHaveLength(2);
      expect(list.text).not.toContain(password);
    });

    it('are created with a chosen password', async () => {
      const form = {
        form: randomUUID(),
        name: 'Alan',
        email: `alan-${kind.name}@example.com`,
        role: 'standard',
        password: PASSWORD,
      };
      const response = await post('/admin/users/create', form).expect(303);
      expect((await get(response.headers['location']!).expect(200)).text).toContain('Alan');
    });

    it('are denied with an error beside each field, and the password is not shown again', async () => {
      const form = { form: randomUUID(), name: '', email: 'nobody', role: 'standard', password: 'too short' };
      const response = await post('/admin/users/create', form).expect(400);
      for (const text of [
        'This field is required.',
        'Enter a valid email address (up to 254',
        'Use 12 to 128 characters.',
      ])
        expect(response.text).toContain(text);
      expect(response.text).toContain('value="nobody"');
      expect(response.text).not.toContain('too short');
      await post('/admin/users/create', { ...form, role: 'owner' }).expect(400);
    });

    it('are suspended after a confirmation, together with their keys, and reactivated', async () => {
      const { user, key } = await app.createCaller();
      expect((await get(`/admin/users/${user.id}/suspend`)).text).toContain(`Suspend ${user.name}?`);
      await me(key).expect(200);
      const redirect = await post(`/admin/users/${user.id}/suspend`, {}).expect(303);
      expect((await app.follow(redirect, cookie)).text).toContain('User suspended.');
      await me(key).expect(403);
      await post(`/admin/users/${user.id}/activate`, {}).expect(303);
      await me(key).expect(200);
    });

    it('always include an active admin', async () => {
      const { body } = await app.http.get('/api/v1/me').set('Cookie', cookie);
      const { id } = body.user as { id: string };
      for (const [path, form] of [
        ['', { name: 'Root', role: 'standard' }],
        ['/suspend', {}],
      ] as const) {
        const response = await post(`/admin/users/${id}${path}`, form).expect(409);
        expect(response.text).toContain('This user is the last active admin.');
      }
    });

    it('get a temporary password on a reset, which ends their sessions', async () => {
      const { user, key } = await app.createCaller();
      const session = await app.signIn(user.email);
      const form = { form: randomUUID() };
      const reset = () => post(`/admin/users/${user.id}/reset-password`, form);
      const password = passwordIn((await reset().expect(200)).text)!;
      // Submitting the same form again doesn't replace the password.
      expect(passwordIn((await reset().expect(200)).text)).toBe(password);
      app.clock.advance(31_000);
      expect((await reset().expect(303)).headers['location']).toBe(`/admin/users/${user.id}`);
      await post(`/admin/users/${user.id}/reset-password`, {}).expect(400);
      await app.http.get('/api/v1/me').set('Cookie', session).expect(401);
      await me(key).expect(200);
      const signedIn = await app.http
        .post('/sign-in')
        .type('form')
        .send({ email: user.email, password })
        .expect(303);
      const redirected = await app.http.get('/api-keys').set('Cookie', cookieOf(signedIn)).expect(303);
      expect(redirected.headers['location']).toMatch(/^\/account\/password/);
    });

    it('are not found by an unknown id', async () => {
      const unknownId = '00000000-0000-0000-0000-000000000000';
      for (const path of ['', '/suspend', '/reset-password']) {
        await get(`/admin/users/${unknownId}${path}`).expect(404);
        await post(`/admin/users/${unknownId}${path}`, {
          form: randomUUID(),
          name: 'x',
          role: 'standard',
        }).expect(404);
      }
      await get('/admin/users/x').expect(404);
    });
  });

  describe('all keys', () => {
    it('are listed and searched, with their owners', async () => {
      const { user, id, key } = await app.createCaller();
      const { text } = await get(`/admin/api-keys?search=${encodeURIComponent(user.email)}`).expect(200);
      expect(text).toContain(user.email);
      expect(text.match(/<tr>/g)).toHaveLength(2);
      await get(`/admin/api-keys?unusedForDays=90&status=active&userId=${user.id}`).expect(200);
      const wrong = await get('/admin/api-keys?unusedForDays=many').expect(400);
      expect(wrong.text).toContain('value="many"');
      await post(`/admin/api-keys/${id}/revoke`, { reason: 'Left the company' }).expect(303);
      await me(key).expect(401);
      await get('/admin/api-keys/000000000000/revoke').expect(404);
    });

    const bulk = (form: object) => post('/admin/api-keys/revoke', form);

    it('are revoked in bulk only after a confirmation, and only if the preview is still right', async () => {
      const { user, key } = await app.createCaller();
      await app.createKey(user);
      const query = `selection=filter&userId=${user.id}&status=&search=&unusedForDays=`;
      const seen = await app.getCounted(`/admin/api-keys/revoke?${query}`, cookie);
      expect(seen.text).toContain('2 keys will be revoked.');
      expect(seen.text).not.toContain('No filter is set.');

      const form = { selection: 'filter', userId: user.id, expected: '2' };
      expect(seen.text).toContain(user.email);
      const unconfirmed = await bulk(form).expect(400);
      expect(unconfirmed.text).toContain('Check the box to confirm.');
      await app.createKey(user);
      const changed = await bulk({ ...form, confirm: 'yes' }).expect(409);
      expect(changed.text).toContain(
        'The matching keys have changed since the preview, so no keys were revoked.',
      );
      expect(changed.text).toContain('3 keys will be revoked.');
      await me(key).expect(200);

      const redirect = await bulk({ ...form, expected: '3', confirm: 'yes', reason: 'Clean-up' }).expect(303);
      expect((await app.follow(redirect, cookie)).text).toContain('3 keys revoked.');
      await me(key).expect(401);
    });

    it('are revoked in bulk as selected, and an empty selection means none', async () => {
      const [one, other] = [await app.createCaller(), await app.createCaller()];
      const none = await get('/admin/api-keys/revoke?selection=ids').expect(200);
      expect(none.text).toContain('No keys are selected.');
      await bulk({ selection: 'ids', expected: '0', confirm: 'yes' }).expect(400);
      await me(one.key).expect(200);

      const query = `selection=ids&ids=${one.id}&ids=${other.id}`;
      const ticked = await app.getCounted(`/admin/api-keys/revoke?${query}`, cookie);
      expect(ticked.text).toContain('2 keys will be revoked.');
      await bulk({ selection: 'ids', ids: [one.id, other.id], expected: '2', confirm: 'yes' }).expect(303);
      for (const { key } of [one, other]) await me(key).expect(401);
    });

    it('are not all revoked without a separate confirmation', async () => {
      const { key } = await app.createCaller();
      const seen = await app.getCounted('/admin/api-keys/revoke?selection=filter', cookie);
      expect(seen.text).toContain('No filter is set, so this revokes all keys of all users.');
      const [, expected] = /name="expected" value="(\d+)"/.exec(seen.text)!;
      const all = { selection: 'filter', expected };
      await bulk(all).expect(400);
      await bulk({ ...all, confirm: 'yes' }).expect(400);
      for (const wrong of ['x', '', '1e0', '-1']) {
        await bulk({ ...all, expected: wrong, everything: 'yes' }).expect(400);
      }
      await me(key).expect(200);
    });

    it('are not revoked if the selection is ambiguous', async () => {
      const { key } = await app.createCaller();
      for (const query of [
        '',
        'selection=all',
        'selection=filter&search=a&search=b',
        'selection=filter&serch=a',
        'selection=ids&selection=ids',
        'selection=filter&status=live',
        'selection=filter&unusedForDays=ten',
      ]) {
        await get(`/admin/api-keys/revoke?${query}`).expect(400);
        const form = `${query}&confirm=yes&everything=yes&expected=1`;
        await app.http
          .post('/admin/api-keys/revoke')
          .set('Cookie', cookie)
          .type('form')
          .send(form)
          .expect(400);
      }
      const tooMany = { selection: 'ids', ids: Array<string>(1_001).fill('0123456789AB'), expected: '1' };
      await bulk({ ...tooMany, confirm: 'yes' }).expect(400);
      await me(key).expect(200);
    });
  });
});
