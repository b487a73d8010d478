import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectFieldErrors } from '../support/problem.js';

/** Strings without visible characters. */
const INVISIBLE = [
  '\u200b', '\u3164', '\u2800', '\u00ad', '\u115f', '\u1160', '\u17b4', '\ufe0f', '\uffa0', '\u{e0041}', '\u2060',
  '\u200b \u200b', '\u0301', '\ue000', '\u180e', '\u034f\u2003\u034f', '\u{1d159}', '\u200d'.repeat(100),
]; // prettier-ignore

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;
  let keyId: string;
  let userId: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { REGISTRATION: 'open', RATE_LIMIT_ANONYMOUS: '100000' } });
    cookie = await app.signIn('root@example.com');
    keyId = (await request('post', '/api-keys', { name: 'Key' }).expect(201)).body.id as string;
    userId = (await app.createUser()).id;
  });

  afterAll(() => app.stop());

  const request = (method: 'post' | 'patch', path: string, body: object) =>
    app.http[method](`/api/v1${path}`).set('Cookie', cookie).send(body);
  const form = (path: string, fields: Record<string, string>) =>
    app.http.post(path).set('Cookie', cookie).type('form').send(fields);

  it('rejects a name, reason or search without visible characters', async () => {
    const user = { email: 'x@example.com', role: 'standard', password: PASSWORD };
    for (const text of INVISIBLE) {
      expectFieldErrors(await request('post', '/api-keys', { name: text }), 'name');
      expectFieldErrors(await request('patch', `/api-keys/${keyId}`, { name: text }), 'name');
      expectFieldErrors(await request('post', `/api-keys/${keyId}/revoke`, { reason: text }), 'reason');
      expectFieldErrors(await request('patch', '/me', { name: text }), 'name');
      expectFieldErrors(await request('post', '/admin/users', { ...user, name: text }), 'name');
      expectFieldErrors(await request('patch', `/admin/users/${userId}`, { name: text }), 'name');
      expectFieldErrors(await request('post', `/admin/api-keys/${keyId}/revoke`, { reason: text }), 'reason');
      const signUp = { email: user.email, password: PASSWORD, name: text };
      // The sign-up limit of ten an hour is not tested here.
      app.clock.advance(6 * 60_000);
      expectFieldErrors(await request('post', '/auth/sign-up', signUp), 'name');
      const bulk = { filter: { search: text }, reason: text, dryRun: true };
      expectFieldErrors(await request('post', '/admin/api-keys/revoke', bulk), 'filter.search', 'reason');
      for (const list of ['/api-keys', '/admin/api-keys', '/admin/users']) {
        const found = app.http.get(`/api/v1${list}`).query({ search: text }).set('Cookie', cookie);
        expectFieldErrors(await found, 'search');
      }
    }
  });

  it('shows the error in the console', async () => {
    const renamed = await form(`/api-keys/${keyId}`, { name: '\u3164' });
    expect(renamed.status).toBe(400);
    expect(renamed.text).toContain('Enter at least one visible character.');
    const translated = await form('/zh/account', { name: '\u200b' });
    expect(translated.status).toBe(400);
    expect(translated.text).toContain('请至少输入一个可见字符。');
  });

  it('strips direction marks at the ends of a name, and rejects them elsewhere', async () => {
    const created = await request('post', '/api-keys', { name: '\u200f\u061c שלום \u200e' }).expect(201);
    expect(created.body).toMatchObject({ name: 'שלום' });
    expectFieldErrors(await request('post', '/api-keys', { name: 'של\u200fום' }), 'name');
    expectFieldErrors(await request('post', '/api-keys', { name: '\u200e\u200f\u061c' }), 'name');
  });

  it('accepts names in every script and emoji, including joiners', async () => {
    for (const name of [
      'می\u200cخواهم',
      'क्\u200dष',
      '👩\u200d💻',
      '\u2764\ufe0f',
      '한글',
      'x\u00ady',
      '🏳️\u200d🌈',
    ]) {
      const created = await request('post', '/api-keys', { name }).expect(201);
      expect(created.body).toMatchObject({ name });
    }
  });
});
