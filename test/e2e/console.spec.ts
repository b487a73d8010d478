import { createHash } from 'node:crypto';
import { LANGUAGES } from '../../src/modules/console/i18n/languages.js';
import { TestApp, cookieOf, noticeOf, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: {
        RATE_LIMIT_ANONYMOUS: '100000',
        RATE_LIMIT_SESSION: '100000',
        SECURITY_CONTACT: 'mailto:security@example.com',
      },
    });
  });

  afterAll(() => app.stop());

  const get = (path: string, fields: Record<string, string> = {}) => app.http.get(path).set(fields);
  const post = (path: string, form: object, fields: Record<string, string> = {}) =>
    app.http.post(path).type('form').set(fields).send(form);

  describe('the language', () => {
    it.each([
      ['/sign-in', 'zh-CN,zh;q=0.9', undefined, '/zh/sign-in'],
      ['/sign-in?next=%2Faccount', 'tlh, zh;q=0.8, en;q=0.5', undefined, '/zh/sign-in?next=%2Faccount'],
      ['/', 'zh', undefined, '/zh'],
      ['/help', 'en', 'zh', '/zh/help'],
    ])(
      'of %s is redirected to, with Accept-Language %s and the cookie %s',
      async (path, accept, cookie, to) => {
        const fields = {
          'Accept-Language': accept,
          ...(cookie && { Cookie: `chameleon_language=${cookie}` }),
        };
        const response = await get(path, fields).expect(302);
        expect(response.headers).toMatchObject({
          location: to,
          vary: 'Accept-Encoding, Accept-Language, Cookie',
        });
      },
    );

    it.each([
      ['/sign-in', 'zh', 'en'],
      ['/sign-in', 'tlh', undefined],
      ['/sign-in', '*', undefined],
      ['/sign-in', 'en, zh;q=0.9', 'xx'],
      ['/sign-in', '', undefined],
    ])('of %s stays English, with Accept-Language %s and the cookie %s', async (path, accept, cookie) => {
      const fields = { 'Accept-Language': accept, ...(cookie && { Cookie: `chameleon_language=${cookie}` }) };
      const response = await get(path, fields).expect(200);
      expect(response.text).toContain('<html lang="en" dir="ltr">');
    });

    it('in the path takes precedence', async () => {
      const response = await get('/zh/sign-in', { 'Accept-Language': 'en', Cookie: 'chameleon_language=en' });
      expect(response.text).toContain('<html lang="zh-Hans" dir="ltr">');
      expect(response.headers['vary']).toBe('Accept-Encoding, Cookie');
    });

    it('never redirects a submitted form', async () => {
      const response = await post('/sign-in', { email: 'x', password: 'y' }, { 'Accept-Language': 'zh' });
      expect(response.status).toBe(401);
      expect(response.text).toContain('<html lang="en" dir="ltr">');
    });

    it('can be chosen, and is remembered', async () => {
      const response = await post('/language', { language: 'zh', next: '/help?a=b' }).expect(303);
      expect(response.headers['location']).toBe('/zh/help?a=b');
      expect(response.headers['set-cookie']).toEqual([
        'chameleon_language=zh; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax',
      ]);
      const back = await post('/zh/language', { language: 'en', next: '/help' }).expect(303);
      expect(back.headers['location']).toBe('/help');
      const unknown = await post('/language', { language: 'tlh', next: '//evil.example' }).expect(303);
      expect(unknown.headers['location']).toBe('/api-keys');
      expect(unknown.headers['set-cookie']).toBeUndefined();
    });
  });

  describe('signing in', () => {
    it.each([
      ['/account', '/account'],
      ['/zh/api-keys?status=active', '/api-keys?status=active'],
      ['//evil.example/', '/api-keys'],
      ['/\\evil.example', '/api-keys'],
      ['/zh//evil.example', '/api-keys'],
      ['https://evil.example/', '/api-keys'],
      ['', '/api-keys'],
    ])('with next %s leads to %s', async (next, to) => {
      const { email } = await app.createUser();
      const response = await post('/sign-in', { email, password: PASSWORD, next }).expect(303);
      expect(response.headers['location']).toBe(to);
      expect(cookieOf(response)).toMatch(/^chameleon_session=[\w-]{43}$/);
    });

    it('explains why a browser on http is not signed in to a service on https, and links there', async () => {
      const publicUrl = 'https://keys.example.com';
      const secure = await TestApp.start(kind, { env: { PUBLIC_URL: publicUrl } });
      try {
        const { email } = await secure.createUser();
        const signIn = (fields: Record<string, string>) =>
          secure.http
            .post('/zh/sign-in')
            .type('form')
            .set(fields)
            .send({ email, password: PASSWORD, next: '/account' })
            .expect(303);
        const safe = await signIn({ Origin: publicUrl });
        expect(safe.headers['location']).toBe('/zh/account');

        const unsafe = await signIn({ Origin: secure.url });
        const { location } = unsafe.headers as { location: string };
        expect(location).toBe('/zh/sign-in?next=%2Faccount');
        const notice = noticeOf(unsafe);
        const dropped = await secure.http.get(location).set('Cookie', notice).expect(200);
        expect(dropped.text).toContain('此页面未使用 HTTPS');
        expect(dropped.text).toContain(`href="${publicUrl}/zh/sign-in?next=%2Faccount"`);
        const english = await secure.http.get(location.replace('/zh', '')).set('Cookie', notice).expect(200);
        expect(english.text).toContain('because this page doesn’t use HTTPS');
        // Some browsers accept Secure cookies from localhost. They are redirected.
        const cookies = `${cookieOf(unsafe)}; ${notice}`;
        const accepted = await secure.http.get(location).set('Cookie', cookies).expect(303);
        expect(accepted.headers['location']).toBe('/zh/account');
        expect(noticeOf(accepted)).toBe('chameleon_notice=');
      } finally {
        await secure.stop();
      }
    });

    it('keeps the submitted email address but never the password, and shows the error', async () => {
      const typed = { email: '<b>ada</b>@example.com', password: 'not the right password', next: '/account' };
      const response = await post('/sign-in', typed).expect(401);
      expect(response.text).toContain('value="&lt;b>ada&lt;/b>@example.com"');
      expect(response.text).not.toContain(typed.password);
      expect(response.text).toContain('Incorrect email or password.');
      expect(response.text).toContain('name="next" value="/account"');
      expect(response.headers['www-authenticate']).toBe('ApiKey realm="chameleon"');
      const inChinese = await post('/zh/sign-in', typed).expect(401);
      expect(inChinese.text).toContain('邮箱或密码错误。');
    });

    it('says how long to wait after too many failed attempts', async () => {
      const { email } = await app.createUser();
      const typed = { email, password: 'wrong wrong wrong' };
      for (let i = 0; i < 5; i++) await post('/sign-in', typed).expect(401);
      const response = await post('/sign-in', typed).expect(429);
      expect(response.text).toMatch(/Too many failed attempts\..*Try again in \d+ seconds\./);
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    });

    it('with a temporary password leads to changing it, and then to the requested page', async () => {
      const admin = await app.signIn('root@example.com');
      const created = await app.http
        .post('/api/v1/admin/users')
        .set('Cookie', admin)
        .send({ email: `new-${kind.name}@example.com`.toLowerCase(), name: 'New', role: 'standard' });
      const { email, temporaryPassword } = created.body as { email: string; temporaryPassword: string };
      const cookie = cookieOf(await post('/sign-in', { email, password: temporaryPassword }).expect(303));
      const redirected = await get('/zh/api-keys?status=active', { Cookie: cookie }).expect(303);
      expect(redirected.headers['location']).toBe('/zh/account/password?next=%2Fapi-keys%3Fstatus%3Dactive');
      const passwords = { currentPassword: temporaryPassword, newPassword: PASSWORD };
      const same = { ...passwords, newPassword: temporaryPassword };
      const rejected = await post('/account/password', same, { Cookie: cookie }).expect(400);
      expect(rejected.text).toContain('Choose a password that’s different from your current one.');
      const changed = await post('/account/password', { ...passwords, next: '/help' }, { Cookie: cookie });
      expect(changed.headers['location']).toBe('/help');
      await get('/api-keys', { Cookie: cookieOf(changed) }).expect(200);
    });

    it('is required, and leads back to the requested page', async () => {
      const response = await get('/zh/account?x=1').expect(303);
      expect(response.headers['location']).toBe('/zh/sign-in?next=%2Faccount%3Fx%3D1');
      const ended = await get('/account', { Cookie: `chameleon_session=${'x'.repeat(43)}` }).expect(303);
      expect(ended.headers['location']).toBe('/sign-in?next=%2Faccount');
      expect((await app.follow(ended)).text).toContain('Your session has ended.');
    });

    it.each(['/中', '/a\u2028b', '/é?x=ü#ß', '/%E4%B8%AD', '/..//elsewhere'])(
      'leads to %j in characters that a URL may contain',
      async (next) => {
        const { email } = await app.createUser();
        for (const [path, form] of [
          ['/language', { language: 'en', next }],
          ['/sign-in', { email, password: PASSWORD, next }],
        ] as const) {
          const { headers } = await post(path, form).expect(303);
          expect(headers['location']).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        }
        await get('/health/live').expect(200);
      },
    );

    it('is undone by signing out', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      const out = await post('/sign-out', {}, { Cookie: cookie }).expect(303);
      expect(out.headers).toMatchObject({ location: '/sign-in' });
      expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
      await get('/api-keys', { Cookie: cookie }).expect(303);
    });

    it('is visible in the header of public pages', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      for (const path of ['/help', '/nowhere']) {
        expect((await get(path, { Cookie: cookie })).text).toContain('Sign out');
        expect((await get(path)).text).not.toContain('Sign out');
      }
    });

    it('is the only way in while registration is closed', async () => {
      expect((await get('/sign-up').expect(403)).text).toContain('Sign-up is closed.');
      await post('/sign-up', { email: 'me@example.com', name: 'Me', password: PASSWORD }).expect(403);
      expect((await get('/sign-in')).text).not.toContain('/sign-up');
    });
  });

  describe('responses', () => {
    it('keep pages out of caches and frames, and other sites away from them', async () => {
      for (const path of ['/sign-in', '/help', '/nowhere', '/zh/nowhere']) {
        const response = await get(path);
        expect(response.headers).toMatchObject({
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringMatching(/^clipboard-write=\(self\)(, [a-z-]+=\(\)){10,}$/),
          'referrer-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        });
        const policy = response.headers['content-security-policy'] as string;
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|upgrade|https?:|\*/);
        expect(response.text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
      }
    });

    it('keep other sites away from assets and the API reference', async () => {
      const asset = /\/assets\/[^"]+/.exec((await get('/help')).text)![0];
      for (const path of [asset, '/api/docs', '/api/docs/swagger-ui-bundle.js']) {
        const response = await get(path).expect(200);
        expect(response.headers).toMatchObject({
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=()'),
          'x-content-type-options': 'nosniff',
        });
      }
    });

    it('include security.txt, whatever credential the request has', async () => {
      const response = await get('/.well-known/security.txt', { 'X-API-Key': 'junk' }).expect(200);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(response.headers['ratelimit']).toBeUndefined();
      expect(response.text).toMatch(/^Contact: mailto:security@example\.com\r\nExpires: /);
      expect(response.text).toContain(`\r\nPreferred-Languages: ${LANGUAGES.join(', ')}\r\n`);
    });

    it('include an icon and rules for search engines, which caches may keep', async () => {
      const icon = await get('/favicon.ico', { 'X-API-Key': 'junk' }).expect(200);
      expect(icon.headers).toMatchObject({ 'content-type': 'image/x-icon' });
      // The header of an icon file: reserved, type 1, three images.
      expect([...(icon.body as Buffer).subarray(0, 6)]).toEqual([0, 0, 1, 0, 3, 0]);
      const robots = await get('/robots.txt').expect(200);
      expect(robots.text).toBe('User-agent: *\nDisallow: /\n');
      for (const { headers } of [icon, robots]) {
        expect(headers['cache-control']).toBe('public, max-age=86400');
        expect(headers['ratelimit']).toBeUndefined();
      }
    });

    it('deny forms from other sites, which change nothing', async () => {
      const { email, id } = await app.createUser();
      const cookie = await app.signIn(email);
      for (const fields of [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
      ] as Record<string, string>[]) {
        const response = await post('/account', { name: 'Evil' }, { Cookie: cookie, ...fields }).expect(403);
        expect(response.text).toContain('This request came from another site, so nothing was changed.');
      }
      const me = await app.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
      expect(me.body.user).toMatchObject({ id, name: expect.stringMatching(/^Person/) });
      await post('/account', { name: 'Ada' }, { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }).expect(
        303,
      );
    });

    it('accept forms only on pages, and JSON only on the API', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      const json = await app.http.post('/account').set('Cookie', cookie).send({ name: 'Ada' });
      expect([json.status, json.headers['content-type']]).toEqual([415, 'text/html; charset=utf-8']);
      expectProblem(
        await post('/api/v1/ping', { a: 'b' }, { Cookie: cookie }),
        415,
        'unsupported_media_type',
      );
      const strange = app.http.post('/account').set('Cookie', cookie).type('form');
      expect((await strange.send('name=%ff%fe&name=x&__proto__=y')).status).toBe(400);
      await app.http.post('/account').set('Cookie', cookie).type('text/plain').send('x').expect(415);
      await post('/account', { name: 'x'.repeat(110_000) }, { Cookie: cookie }).expect(413);
    });

    it('deny API keys on pages', async () => {
      const { key } = await app.createCaller('admin');
      for (const path of ['/api-keys', '/admin', '/account']) {
        expect((await get(path, { 'X-API-Key': key }).expect(403)).text).toContain('<h1>Access denied</h1>');
      }
      const bad = await get('/api-keys', { 'X-API-Key': 'nonsense' }).expect(401);
      expect(bad.text).toContain('<h1>Sign in to continue</h1>');
      expect(bad.headers['www-authenticate']).toBe('ApiKey realm="chameleon"');
    });

    it.each([
      ['/api-keys/', '/api-keys'],
      ['/zh/', '/zh'],
      ['/zh/help/?a=b', '/zh/help?a=b'],
    ])('redirect from %s to %s', async (from, to) => {
      expect((await get(from).expect(303)).headers['location']).toBe(to);
    });

    it.each(['//elsewhere/', '/%2f/', '/..//elsewhere/'])(
      'do not redirect from %s to another site',
      async (path) => {
        const response = await fetch(app.url + path, { redirect: 'manual' });
        expect(response.headers.get('location') ?? '/').toMatch(/^\/(?!\/)/);
      },
    );

    it('are problem documents for every spelling of an API path', async () => {
      expectProblem(await get('/%61pi/v1/me'), 401, 'credentials_missing');
      expectProblem(
        await post('/%61pi/v1/auth/sign-in', { email: 'a', password: 'b' }),
        415,
        'unsupported_media_type',
      );
      expectProblem(await get('/API/v1/nothing'), 404, 'not_found');
    });

    it('show errors as pages, with the request id and no internals', async () => {
      const response = await get('/nowhere').expect(404);
      expect(response.text).toContain(response.headers['x-request-id'] as string);
      expect((await get('/nowhere', { 'Accept-Language': 'zh' }).expect(404)).text).toContain('页面不存在');
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      expect((await get('/admin', { Cookie: cookie }).expect(403)).text).toContain('Access denied');
      await get('/api-keys/000000000000', { Cookie: cookie }).expect(404);
      const wrong = await get('/api-keys?status=x&search=%00&cursor=%%%', { Cookie: cookie }).expect(400);
      expect(wrong.text).toContain('Correct the fields marked below.');
      const lost = await get('/api-keys?cursor=x', { Cookie: cookie }).expect(400);
      expect(lost.text).toContain('This page is no longer available.');
      const pasted = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
      const search = await get(`/api-keys?search=${pasted}&cursor=x`, { Cookie: cookie }).expect(303);
      expect(search.headers['location']).toBe('/api-keys?search=chm_0123456789AB');
    });
  });

  describe('files', () => {
    const assetsOf = async () => {
      const { text } = await get('/sign-in').expect(200);
      return [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    };

    it('are cached forever, under a path that changes with their content', async () => {
      const paths = await assetsOf();
      expect(paths.length).toBeGreaterThanOrEqual(4);
      for (const path of paths) {
        const response = await get(path, { 'Accept-Encoding': 'identity' }).expect(200);
        expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
        expect(response.headers['ratelimit']).toBeUndefined();
      }
    });

    it('are compressed as the browser prefers, with the same content', async () => {
      const [css] = (await assetsOf()).filter((path) => path.endsWith('.css'));
      const raw = (encoding: string) =>
        fetch(`${app.url}${css}`, { headers: { 'Accept-Encoding': encoding }, redirect: 'error' });
      const digest = (body: Buffer) => createHash('sha256').update(body).digest('hex');
      const plain = await app.http.get(css!).set('Accept-Encoding', 'identity').expect(200);
      for (const [accepted, encoding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip', 'gzip'],
        ['br;q=0, gzip', 'gzip'],
        ['br;q=0', null],
      ] as const) {
        const response = await raw(accepted);
        expect(response.headers.get('content-encoding')).toBe(encoding);
        expect(response.headers.get('vary')).toBe('Accept-Encoding');
        // fetch has decompressed it already.
        expect(digest(Buffer.from(await response.arrayBuffer()))).toBe(digest(Buffer.from(plain.text)));
      }
    });

    it('are only those on the list', async () => {
      for (const name of ['nothing.css', 'tsconfig.json', '..%2Fpackage.json', '%2e%2e', 'toString']) {
        await get(`/assets/x/${name}`).expect(404);
      }
      const older = await get('/assets/another-version/console.css').expect(200);
      expect(older.headers['cache-control']).toBe('no-store');
    });
  });
});
