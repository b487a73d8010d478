// What all pages of the console have in common: the menu, notices, times and the place in a list.
import { randomUUID } from 'node:crypto';
import { PageRenderer } from '../../src/modules/console/rendering/page.renderer.js';
import { noticeOf, PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000', REGISTRATION: 'open' },
    });
    admin = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const get = (path: string, cookie = '') => app.http.get(path).set('Cookie', cookie);
  const post = (path: string, form: object, cookie: string) =>
    app.http.post(path).type('form').set('Cookie', cookie).send(form);

  describe('the menu', () => {
    it.each(['/help', '/zh/help', '/nothing-is-here', '/api-keys/000000000000', '/account'])(
      'of an admin has the link to the admin pages on %s',
      async (path) => {
        expect((await get(path, admin)).text).toMatch(/href="(\/zh)?\/admin"/);
        expect((await get(path)).text).not.toMatch(/href="(\/zh)?\/admin"/);
      },
    );

    it('stays on a page that a user has no permission for', async () => {
      const { email } = await app.createUser();
      const { text } = await get('/admin', await app.signIn(email)).expect(403);
      expect(text).toContain('href="/account"');
      expect(text).not.toContain('href="/admin"');
    });

    it.each([
      ['an unknown session', () => `chameleon_session=${'x'.repeat(43)}`],
      ['a session of a suspended user', () => suspendedSession()],
    ])('is the one of a visitor with %s', async (_what, sessionOf) => {
      const { text } = await get('/help', await sessionOf()).expect(200);
      expect(text).not.toContain('href="/account"');
      expect(text).not.toContain('/sign-out');
    });

    async function suspendedSession(): Promise<string> {
      const user = await app.createUser();
      const session = await app.signIn(user.email);
      await post(`/admin/users/${user.id}/suspend`, {}, admin).expect(303);
      return session;
    }

    it.each(['/sign-in?next=%2Faccount', '/sign-up?next=%2Faccount'])(
      'leads a signed-in user from %s to the requested page',
      async (path) => {
        const { headers } = await get(path, admin).expect(303);
        expect(headers['location']).toBe('/account');
        await get(path, `chameleon_session=${'x'.repeat(43)}`).expect(200);
      },
    );
  });

  describe('a notice', () => {
    it('is shown once, and only on the page after the action', async () => {
      const { email } = await app.createUser();
      const session = await app.signIn(email);
      const saved = await post('/account', { name: 'Ada' }, session).expect(303);
      expect(saved.headers['location']).toBe('/account');
      const shown = await app.follow(saved, session).expect(200);
      expect(shown.text).toContain('Changes saved.');
      expect(noticeOf(shown)).toBe('chameleon_notice=');
      expect((await get('/account', session)).text).not.toContain('Changes saved.');
    });

    it('is in the language of the page that shows it', async () => {
      const { email } = await app.createUser();
      const session = await app.signIn(email);
      const saved = await post('/account', { name: 'Ada' }, session).expect(303);
      expect((await get('/zh/account', `${session}; ${noticeOf(saved)}`)).text).toContain('更改已保存。');
    });

    it.each([
      '?notice=changesSaved',
      '?notice=saved',
      '?notice=password_changed',
      '?notice=signed_in',
      '?revoked=000000000000',
      '?count=999999',
    ])('cannot be made up with a link that ends with %s', async (query) => {
      for (const path of ['/account', '/api-keys', '/admin/api-keys', '/admin/users']) {
        expect((await get(path + query, admin)).text).not.toContain('class="notice');
      }
      expect((await get(`/sign-in${query}`)).text).not.toContain('class="notice');
    });

    it.each([
      ['an unknown code', ['made_up', {}]],
      ['a property of every object', ['toString', {}]],
      ['parameters that are no object', ['keyRevoked', 'x']],
      ['a parameter that is an object', ['keyRevoked', { name: { x: 1 } }]],
      ['an option that makes the translation fail', ['changesSaved', { lngs: 'x' }]],
      ['an option that replaces the text', ['changesSaved', { ns: 'x', defaultValue: 'Call us' }]],
      ['an option that changes the language', ['changesSaved', { lng: 'zh' }]],
      ['a count that is no number', ['keysRevoked', { count: 'x' }]],
      ['no parameters', ['keyRevoked']],
      ['no list', 'keyRevoked'],
    ])('with %s is ignored', async (_what, content) => {
      const value = Buffer.from(JSON.stringify(content)).toString('base64url');
      const { text } = await get('/account', `${admin}; chameleon_notice=${value}`).expect(200);
      expect(text).not.toContain('class="notice');
    });

    it('shows the name of a revoked key as text', async () => {
      const user = await app.createUser();
      const session = await app.signIn(user.email);
      const name = '<img src=x onerror=alert(1)>{{name}}$t(product)';
      const { id } = await app.createKey(user, { name });
      const revoked = await post(`/api-keys/${id}/revoke`, {}, session).expect(303);
      expect((await app.follow(revoked, session)).text).toContain(
        '“&lt;img src=x onerror=alert(1)>{{name}}$t(product)” has been revoked.',
      );
    });
  });

  describe('a time', () => {
    const zone = (name: string) => `chameleon_time_zone=${name}`;
    const timesOf = (text: string) => [
      ...text.matchAll(/<time datetime="([^"]*)" title="([^"]*)">([^<]*)<\/time>/g),
    ];

    it("is relative, with the exact time in the user's time zone", async () => {
      const user = await app.createUser();
      const session = await app.signIn(user.email);
      await app.createKey(user, { name: 'New' });
      const { text } = await get('/api-keys', `${session}; ${zone('Asia/Kathmandu')}`).expect(200);
      const [[, iso, title, shown]] = timesOf(text) as [RegExpExecArray];
      expect(shown).toMatch(/^(now|\d+ (second|minute)s? ago)$/);
      const exact = new Intl.DateTimeFormat('en', {
        dateStyle: 'medium',
        timeStyle: 'long',
        timeZone: 'Asia/Kathmandu',
      });
      expect(title).toBe(exact.format(new Date(iso!)));
      expect((await get('/zh/api-keys', session)).text).toMatch(/>(现在|\d+(秒钟|分钟|秒)前)</);
    });

    it('needs only limited memory for the formats of many time zones', async () => {
      for (const zone of Intl.supportedValuesOf('timeZone').slice(0, 60))
        await get('/help', `chameleon_time_zone=${zone}`).expect(200);
      const formats = Reflect.get(app.nest.get(PageRenderer), 'formats') as { size: number };
      expect(formats.size).toBeLessThanOrEqual(50);
    });

    it.each(['', 'Mars/Olympus', '+05:45', 'x'.repeat(70), '%', 'Asia/Kathmandu%00'])(
      'is in UTC if the time zone is %j',
      async (name) => {
        const { email } = await app.createUser();
        const session = await app.signIn(email);
        const { text } = await get('/account', `${session}; ${zone(name)}`).expect(200);
        expect(timesOf(text)[0]![3]).toMatch(/ UTC$/);
      },
    );
  });

  describe('the place in a list', () => {
    it.each(['/api-keys?search=test&limit=50', '/zh/api-keys?search=test'])(
      'is kept by a revocation and by its cancelling: %s',
      async (list) => {
        const { user, id } = await app.createCaller('standard');
        const session = await app.signIn(user.email);
        const { text } = await get(list, session).expect(200);
        const question = new RegExp(`href="([^"]*/${id}/revoke[^"]*)"`).exec(text)![1]!;
        const page = await get(question.replaceAll('&amp;', '&'), session).expect(200);
        const next = list.replace('/zh', '');
        expect(page.text).toContain(`name="next" value="${next.replace('&', '&amp;')}"`);
        expect(page.text).toContain(`<a href="${list.replace('&', '&amp;')}" data-close`);
        const path = question.split('?')[0]!;
        const revoked = await post(path, { next }, session).expect(303);
        expect(revoked.headers['location']).toBe(list);
      },
    );

    it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'x'.repeat(3_000)])(
      'is never on another site: %.30s',
      async (next) => {
        const { user, id } = await app.createCaller('standard');
        const session = await app.signIn(user.email);
        const revoked = await post(`/api-keys/${id}/revoke`, { next }, session).expect(303);
        expect(revoked.headers['location']).toBe('/api-keys');
      },
    );

    it('is kept by a bulk revocation', async () => {
      const { user, id } = await app.createCaller('standard');
      const next = `/admin/api-keys?userId=${user.id}&status=active`;
      const query = new URLSearchParams({ selection: 'ids', ids: id, next });
      const preview = await app.getCounted(`/admin/api-keys/revoke?${query}`, admin);
      expect(preview.text).toContain(`name="next" value="${next.replace('&', '&amp;')}"`);
      const form = { selection: 'ids', ids: id, expected: '1', confirm: 'yes', next };
      const revoked = await post('/admin/api-keys/revoke', form, admin).expect(303);
      expect(revoked.headers['location']).toBe(next);
      expect((await app.follow(revoked, admin)).text).toContain('1 key revoked.');
    });

    it('is reached page by page, forward and back', async () => {
      const user = await app.createUser();
      const session = await app.signIn(user.email);
      for (let n = 0; n < 45; n++) await app.createKey(user, { name: `Key ${n}` });
      const linkIn = (text: string, rel: string) =>
        new RegExp(`href="([^"]*)" rel="${rel}"`).exec(text)?.[1]?.replaceAll('&amp;', '&');
      const pages = [await get('/api-keys', session).expect(200)];
      for (let page = 1; page < 3; page++)
        pages.push(await get(linkIn(pages.at(-1)!.text, 'next')!, session).expect(200));
      const [first, second, third] = pages.map(({ text }) => text);
      const keysOn = (text: string) => text.match(/Key \d+(?=<\/a>)/g);
      expect(linkIn(third!, 'next')).toBeUndefined();
      expect(keysOn((await get(linkIn(third!, 'prev')!, session)).text)).toEqual(keysOn(second!));
      expect(keysOn((await get(linkIn(second!, 'prev')!, session)).text)).toEqual(keysOn(first!));
      expect(linkIn(first!, 'prev')).toBeUndefined();
      expect((await get('/api-keys?limit=50', session)).text.match(/<tr>/g)).toHaveLength(46);
    });
  });

  it('says in the title that a form was denied, and gives the first wrong field the focus', async () => {
    const denied = await post('/api-keys/create', { form: randomUUID(), name: ' ', expiry: 'never' }, admin);
    expect(denied.status).toBe(400);
    expect(denied.text).toContain('<title>Error: Create API key · Chameleon</title>');
    expect(denied.text).toMatch(/<input id="name"[^>]* autofocus/);
    const password = { currentPassword: 'wrong wrong wrong', newPassword: PASSWORD };
    const wrong = await post('/account/password', password, admin).expect(400);
    expect(wrong.text).toMatch(/<input id="currentPassword"[^>]* autofocus/);
    expect(wrong.text.match(/ autofocus/g)).toHaveLength(1);
  });
});
