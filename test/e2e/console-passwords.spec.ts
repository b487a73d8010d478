// The pages on which users sign in and change their password.
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { PasswordResetService } from '../../src/modules/auth/index.js';
import { UsersService } from '../../src/modules/users/index.js';
import { TestApp, cookieOf, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

const NEW_PASSWORD = 'another long password';
const MINUTE_MS = 60_000;

onEachDatabase((kind) => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_ANONYMOUS: '100000' } });
  });

  // Each test starts with fresh rate limits for the address.
  beforeEach(() => app.clock.advance(60 * MINUTE_MS));

  afterAll(() => app.stop());

  const post = (path: string, form: object, cookie = '') =>
    app.http.post(path).type('form').set('Cookie', cookie).send(form);
  const passwordPage = async (cookie: string) =>
    (await app.http.get('/account/password').set('Cookie', cookie).expect(200)).text;
  const change = (cookie: string, form: object) => post('/account/password', form, cookie);

  /** A user who has just signed in with a temporary password. */
  async function newcomer() {
    const email = `newcomer-${++count}@example.com`;
    const created = await app.nest
      .get(UsersService)
      .create(SYSTEM_AUTHOR, { email, name: 'New', role: 'standard', password: null });
    const temporary = created.temporaryPassword!;
    const cookie = cookieOf(await post('/sign-in', { email, password: temporary }).expect(303));
    return { id: created.user.id, email, temporary, cookie };
  }

  describe('a temporary password', () => {
    it('is not asked for again right after signing in with it', async () => {
      const { email, cookie } = await newcomer();
      const page = await passwordPage(cookie);
      expect(page).not.toContain('currentPassword');
      expect(page).toMatch(/<input[^>]*name="username"[^>]*value="newcomer-\d+@example.com"[^>]*hidden/);
      app.clock.advance(9 * MINUTE_MS);
      const changed = await change(cookie, { newPassword: NEW_PASSWORD, next: '/api-keys' }).expect(303);
      await app.http.get('/api-keys').set('Cookie', cookieOf(changed)).expect(200);
      await app.http.get('/account').set('Cookie', cookie).expect(303);
      await post('/sign-in', { email, password: NEW_PASSWORD }).expect(303);
    });

    it('is asked for again after ten minutes, also by a page that was opened before', async () => {
      const { temporary, cookie } = await newcomer();
      app.clock.advance(10 * MINUTE_MS + 1);
      expect(await passwordPage(cookie)).toContain('Temporary password');
      const stale = await change(cookie, { newPassword: NEW_PASSWORD }).expect(400);
      expect(stale.text).toContain('Temporary password');
      expect(stale.text).toContain('You signed in more than 10 minutes ago');
      const wrong = await change(cookie, { newPassword: NEW_PASSWORD, currentPassword: 'wrong' }).expect(400);
      expect(wrong.text).toContain('This password is incorrect.');
      await change(cookie, { newPassword: NEW_PASSWORD, currentPassword: temporary }).expect(303);
    });

    it('must differ from the new one', async () => {
      const { temporary, cookie } = await newcomer();
      const same = await change(cookie, { newPassword: temporary }).expect(400);
      expect(same.text).toContain('Choose a password that’s different from your current one.');
      const common = await change(cookie, { newPassword: '123456789012' }).expect(400);
      expect(common.text).toContain('This password is too common.');
      expect(await passwordPage(cookie)).not.toContain('currentPassword');
    });

    it('that was reset meanwhile cannot be replaced by the older session', async () => {
      const { id, email, cookie } = await newcomer();
      const second = await app.nest.get(PasswordResetService).reset(SYSTEM_AUTHOR, id);
      const late = await change(cookie, { newPassword: NEW_PASSWORD }).expect(303);
      expect(late.headers['location']).toContain('/sign-in');
      await post('/sign-in', { email, password: NEW_PASSWORD }).expect(401);
      await post('/sign-in', { email, password: second }).expect(303);
    });

    it('is replaced by only one of two forms that are sent at the same time', async () => {
      const { email, cookie } = await newcomer();
      const [first, second] = ['first long passphrase', 'second long passphrase'];
      const sent = await Promise.all([first, second].map((newPassword) => change(cookie, { newPassword })));
      const isSignedIn = ({ headers }: { headers: Record<string, unknown> }) =>
        cookieOf({ headers }).startsWith('chameleon_session=');
      expect(sent.filter(isSignedIn)).toHaveLength(1);
      const signIns = await Promise.all(
        [first, second].map((password) => post('/sign-in', { email, password })),
      );
      expect(signIns.map(isSignedIn)).toEqual(sent.map(isSignedIn));
    });

    it('is still required by the REST API', async () => {
      const { cookie } = await newcomer();
      const request = app.http.post('/api/v1/me/password').set('Cookie', cookie);
      await request.send({ newPassword: NEW_PASSWORD }).expect(400);
    });
  });

  it('a chosen password is always asked for, and an empty one is no failed attempt', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const page = await passwordPage(cookie);
    expect(page).toContain('Current password');
    for (let i = 0; i < 6; i++) await change(cookie, { newPassword: NEW_PASSWORD }).expect(400);
    await change(cookie, { newPassword: NEW_PASSWORD, currentPassword: PASSWORD }).expect(303);
  });

  describe('a session', () => {
    const CHROME =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
    const signIn = async (email: string, userAgent: string) =>
      cookieOf(
        await app.http
          .post('/sign-in')
          .type('form')
          .set('User-Agent', userAgent)
          .send({ email, password: PASSWORD })
          .expect(303),
      );
    const account = (cookie: string) => app.http.get('/account').set('Cookie', cookie);
    const idsIn = ({ text }: { text: string }) =>
      [...text.matchAll(/sessions\/([\da-f-]{36})\/end/g)].map(([, id]) => id!);

    it('is shown with its browser and can be ended', async () => {
      const { email } = await app.createUser();
      const current = await signIn(email, CHROME);
      app.clock.advance(1_000);
      const other = await signIn(email, 'curl/8.5.0');
      const page = await account(current).expect(200);
      expect(page.text).toContain(`<span title="${CHROME}">Chrome 156 on Linux</span>`);
      expect(page.text).toContain('<span title="curl/8.5.0">Unknown browser</span>');
      const [newest] = idsIn(page);
      const ended = await post(`/account/sessions/${newest}/end`, {}, current).expect(303);
      expect(ended.headers['location']).toBe('/account');
      await account(other).expect(303);
      expect(idsIn(await account(current).expect(200))).toHaveLength(1);
      // A second click, for example in an outdated window.
      await post(`/account/sessions/${newest}/end`, {}, current).expect(303);
    });

    it('that is the current one is signed out', async () => {
      const { email } = await app.createUser();
      const cookie = await signIn(email, CHROME);
      const [id] = idsIn(await account(cookie));
      const ended = await post(`/zh/account/sessions/${id}/end`, {}, cookie).expect(303);
      expect(ended.headers['location']).toBe('/zh/sign-in');
      expect(cookieOf(ended)).toBe('chameleon_session=');
      await account(cookie).expect(303);
    });

    it('of another user cannot be ended', async () => {
      const [mine, theirs] = [await app.createUser(), await app.createUser()];
      const cookie = await signIn(mine.email, CHROME);
      const other = await signIn(theirs.email, CHROME);
      const [id] = idsIn(await account(other));
      await post(`/account/sessions/${id}/end`, {}, cookie).expect(303);
      await post('/account/sessions/unknown/end', {}, cookie).expect(303);
      await account(other).expect(200);
    });
  });

  describe('wrong passwords', () => {
    const texts = async (send: () => Promise<{ text: string }>, times: number) => {
      const found: (string | undefined)[] = [];
      for (let i = 0; i < times; i++) {
        const { text } = await send();
        const notice = /role="alert"[^>]*>(.*?)<\/div>/s.exec(text)![1]!;
        found.push(notice.replaceAll(/<[^>]+>/g, '').replaceAll(/\d\d seconds/g, 'N seconds'));
      }
      return found;
    };

    it('are followed by a warning before the lock, whether or not the account exists', async () => {
      const { email } = await app.createUser();
      for (const typed of [email, 'nobody-has-this@example.com']) {
        app.clock.advance(60 * MINUTE_MS);
        const found = await texts(async () => post('/sign-in', { email: typed, password: 'wrong' }), 6);
        expect(found).toEqual([
          'Incorrect email or password.',
          'Incorrect email or password.',
          'Incorrect email or password. 2 attempts left before you have to wait.',
          'Incorrect email or password. 1 attempt left before you have to wait.',
          'Incorrect email or password. Too many failed attempts. Try again in N seconds.',
          'Too many failed attempts. Try again in N seconds.',
        ]);
      }
    });

    it('for the current password are followed by the same warning', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      const send = async () => change(cookie, { currentPassword: 'wrong', newPassword: NEW_PASSWORD });
      expect((await texts(send, 6)).slice(2)).toEqual([
        'Correct the fields marked below. 2 attempts left before you have to wait.',
        'Correct the fields marked below. 1 attempt left before you have to wait.',
        'Correct the fields marked below. Too many failed attempts. Try again in N seconds.',
        'Too many failed attempts. Try again in N seconds.',
      ]);
    });

    it('for many accounts are warned of when the address has two attempts left', async () => {
      const signIn = async (i: number) => post('/sign-in', { email: `many-${i}@example.com`, password: 'x' });
      for (let i = 0; i < 17; i++) expect((await signIn(i)).text).not.toContain('attempts left');
      expect((await signIn(17)).text).toContain('2 attempts left');
    });
  });
});
