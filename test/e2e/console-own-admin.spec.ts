// What happens if admins take the access to the admin pages from themselves.
import { randomUUID } from 'node:crypto';
import type { User } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

const MUST_CONFIRM = 'Check the box to confirm.';

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: User;
  let cookie: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000' },
    });
  });

  beforeEach(async () => {
    admin = await app.createUser('admin', `${randomUUID()}@example.com`);
    cookie = await app.signIn(admin.email);
  });

  afterAll(() => app.stop());

  const path = (action = '') => `/admin/users/${admin.id}${action}`;
  const get = (to: string) => app.http.get(to).set('Cookie', cookie);
  const post = (to: string, form: object) => app.http.post(to).type('form').set('Cookie', cookie).send(form);
  const expectStillAdmin = async () => {
    const { text } = await get(path()).expect(200);
    expect(text).toContain('<option value="admin" selected');
    expect(text).toContain('<span class="badge active">');
  };
  /** Submits a form twice at once, and expects that at least one of the responses confirms it. */
  const postTwice = async (to: string, form: object) => {
    const responses = await Promise.all([post(to, form), post(to, form)]);
    const statuses = responses.map(({ status }) => status);
    expect(statuses).toContain(303);
    // The second request may come too late for the session.
    expect([303, 401, 403]).toEqual(expect.arrayContaining(statuses));
    return responses.find(({ status }) => status === 303)!;
  };

  describe('admins who suspend themselves', () => {
    it('are warned, and other users are not', async () => {
      const { text } = await get(path('/suspend')).expect(200);
      expect(text).toContain('This is your own account.');
      expect(text).toMatch(/<input type="checkbox" name="confirm" value="yes" required/);
      const other = await app.createUser();
      const page = await get(`/admin/users/${other.id}/suspend`).expect(200);
      expect(page.text).not.toContain('This is your own account.');
      expect(page.text).not.toContain('type="checkbox"');
    });

    it('stay active until they confirm', async () => {
      for (const form of [{}, { confirm: 'no' }, { confirm: ['yes', 'yes'] }]) {
        const response = await post(path('/suspend'), form).expect(400);
        expect(response.text).toContain(MUST_CONFIRM);
        expect(response.text).toContain('<title>Error: ');
      }
      await expectStillAdmin();
    });

    it('are signed out once, even if they submit the form twice', async () => {
      const redirect = await postTwice(path('/suspend'), { confirm: 'yes' });
      expect(redirect.headers['location']).toBe('/sign-in');
      expect(String(redirect.headers['set-cookie'])).toMatch(/chameleon_session\w*=;/);
      const page = await app.follow(redirect).expect(200);
      expect(page.text).toContain('Your account is suspended, and you’ve been signed out.');
      await get('/admin').expect(403);
      await post(path('/suspend'), { confirm: 'yes' }).expect(403);
    });
  });

  describe('admins who change their own role', () => {
    const values = { name: 'New name', role: 'standard' };

    it('have to confirm that on a page of its own, and nothing is changed before', async () => {
      const redirect = await post(path(), values).expect(303);
      const location = redirect.headers['location']!;
      expect(location).toBe(path('/demote?name=New+name&role=standard'));
      const page = await get(location).expect(200);
      expect(page.text).toContain('This is your own account.');
      expect(page.text).toMatch(/<input type="checkbox" name="confirm" value="yes" required/);
      const denied = await post(path('/demote'), values).expect(400);
      expect(denied.text).toContain(MUST_CONFIRM);
      expect(denied.text).toContain('name="role" value="standard"');
      await expectStillAdmin();
      expect((await get(path())).text).not.toContain('New name');
    });

    it('lose the admin pages once, even if they submit the form twice', async () => {
      const redirect = await postTwice(path('/demote'), { ...values, confirm: 'yes' });
      expect(redirect.headers['location']).toBe('/api-keys');
      const page = await app.follow(redirect, cookie).expect(200);
      expect(page.text).toContain('You can no longer open the admin pages.');
      await get('/admin').expect(403);
      const me = await get('/api/v1/me').expect(200);
      expect(me.body).toMatchObject({ user: values });
    });

    it('change only their name without a confirmation', async () => {
      const redirect = await post(path(), { ...values, role: 'admin' }).expect(303);
      expect(redirect.headers['location']).toBe(path());
      await expectStillAdmin();
    });

    it('get no confirmation page for another user, for the admin role or for an unknown role', async () => {
      const other = await app.createUser('admin');
      for (const to of [path('/demote'), path('/demote?role=admin'), path('/demote?role=owner')]) {
        expect((await get(to).expect(303)).headers['location']).toBe(path());
      }
      const form = { ...values, confirm: 'yes' };
      const redirect = await post(`/admin/users/${other.id}/demote`, form).expect(303);
      expect(redirect.headers['location']).toBe(`/admin/users/${other.id}`);
      expect((await get(`/admin/users/${other.id}`)).text).toContain('<option value="admin" selected');
    });

    it('see an error instead of saving an invalid name', async () => {
      await post(path(), { ...values, name: '' }).expect(400);
      const denied = await post(path('/demote'), { ...values, name: '', confirm: 'yes' }).expect(400);
      expect(denied.text).toContain('This field is required.');
      await expectStillAdmin();
    });
  });
});
