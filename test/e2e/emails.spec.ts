import { DataSource } from 'typeorm';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem, expectFieldErrors } from '../support/problem.js';

/** One mailbox, in different spellings. */
const SPELLINGS = [
  'ada@münchen.de',
  'ada@xn--mnchen-3ya.de',
  'ADA@MÜNCHEN.DE',
  ' ada@mu\u0308nchen.de ',
  'ada@münchen\u3002de',
  '"ada"@münchen.de',
];
const STORED = 'ada@xn--mnchen-3ya.de';

/** Strings that JSON can contain but valid Unicode text cannot. */
const BROKEN = [
  '\ud800',
  '\udc00',
  'a\ud800@example.com',
  '"\ud800"@example.com',
  'a@\udfff.com',
  'a@\ud800',
];

onEachDatabase((kind) => {
  let app: TestApp;
  let admin: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { REGISTRATION: 'open', RATE_LIMIT_ANONYMOUS: '100000', FAILED_ATTEMPTS_LIMIT: '100000' },
    });
    admin = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const post = (path: string, body: object) =>
    app.http.post(`/api/v1${path}`).set('Cookie', admin).type('json').send(JSON.stringify(body));
  const create = (email: string) =>
    post('/admin/users', { email, name: 'Ada', role: 'standard', password: PASSWORD });
  const signIn = (body: object) =>
    app.http.post('/api/v1/auth/sign-in').type('json').send(JSON.stringify(body));
  // The sign-up limit of ten an hour is not tested here.
  const signUp = (email: string) => {
    app.clock.advance(6 * 60_000);
    return post('/auth/sign-up', { email, name: 'Ada', password: PASSWORD });
  };
  const form = (path: string, fields: Record<string, string>) => {
    app.clock.advance(6 * 60_000);
    return app.http.post(path).type('form').send(fields);
  };

  it('creates one account per mailbox, however its address is spelled', async () => {
    const created = await create(SPELLINGS[0]!).expect(201);
    expect(created.body).toMatchObject({ email: STORED });
    for (const spelling of SPELLINGS) {
      expectProblem(await create(spelling), 409, 'email_taken');
      expectProblem(await signUp(spelling), 409, 'email_taken');
      const page = await form('/sign-up', { email: spelling, name: 'Ada', password: PASSWORD });
      expect(page.status).toBe(409);
      const signedIn = await signIn({ email: spelling, password: PASSWORD }).expect(200);
      expect(signedIn.body).toMatchObject({ email: STORED });
      await form('/sign-in', { email: spelling, password: PASSWORD }).expect(303);
      const found = await app.http
        .get('/api/v1/admin/users')
        .query({ search: spelling })
        .set('Cookie', admin);
      const { data } = found.body as { data: { email: string }[] };
      if (!spelling.includes('"')) expect(data.map(({ email }) => email)).toEqual([STORED]);
    }
  });

  it('rejects invalid addresses, and signs no user in with them', async () => {
    for (const email of [...BROKEN, 'ada@xn--.de', 'ada@münchen.de/x', 'a\u200bda@example.com', 'ada@a..b']) {
      expectFieldErrors(await create(email), 'email');
      expectFieldErrors(await signUp(email), 'email');
      expectProblem(await signIn({ email, password: PASSWORD }), 401, 'sign_in_failed');
      app.clock.advance(60_000);
    }
  });

  it('handles invalid Unicode in every input without failing', async () => {
    const [broken] = BROKEN;
    const { key } = await app.createCaller('admin');
    const request = (method: 'post' | 'patch', path: string, body: object) =>
      app.http[method](`/api/v1${path}`).set('X-API-Key', key).type('json').send(JSON.stringify(body));
    const id = (await request('post', '/api-keys', { name: 'x' }).expect(201)).body.id as string;
    const user = await app.createUser();

    expectFieldErrors(
      await request('post', '/api-keys', { name: broken, expiresAt: broken }),
      'name',
      'expiresAt',
    );
    expectFieldErrors(await request('patch', `/api-keys/${id}`, { name: broken }), 'name');
    expectFieldErrors(await request('post', `/api-keys/${id}/revoke`, { reason: broken }), 'reason');
    expectFieldErrors(
      await request('patch', `/admin/users/${user.id}`, { name: broken, role: broken, status: broken }),
      'name',
      'role',
      'status',
    );
    const filter = { search: broken, status: broken };
    const rejected = await request('post', '/admin/api-keys/revoke', { filter, dryRun: true });
    expectFieldErrors(rejected, 'filter.search', 'filter.status');
    for (const selection of [{ ids: BROKEN }, { filter: { userId: broken } }]) {
      const preview = await request('post', '/admin/api-keys/revoke', { ...selection, dryRun: true }).expect(
        200,
      );
      expect(preview.body).toEqual({ matched: 0, sample: [] });
    }
    await request('post', '/ping', { [broken!]: broken }).expect(200);
    for (const password of BROKEN) {
      expectProblem(await signIn({ email: user.email, password }), 401, 'sign_in_failed');
      app.clock.advance(60_000);
    }
    const name = { [broken!]: 1 };
    expect((await signIn({ email: 'a', password: 'b', ...name })).status).toBe(400);
  });

  it('keeps older accounts of one mailbox apart by their exact spelling', async () => {
    const [older, newer] = [await app.createUser(), await app.createUser()];
    const [asciiForm, unicodeForm] = ['eva@xn--kln-sna.de', 'eva@köln.de'];
    const update = (email: string, id: string) =>
      app.nest.get(DataSource).query('UPDATE users SET email = ? WHERE id = ?', [email, id]);
    await update(asciiForm, older.id);
    await update(unicodeForm, newer.id);
    const idOf = async (email: string) =>
      ((await signIn({ email, password: PASSWORD }).expect(200)).body as { id: string }).id;

    expect(await idOf(asciiForm)).toBe(older.id);
    expect(await idOf(unicodeForm)).toBe(newer.id);
    expect(await idOf(unicodeForm.toUpperCase())).toBe(newer.id);
    expect(await idOf('eva@ko\u0308ln.de')).toBe(older.id);
    expectProblem(await create(unicodeForm), 409, 'email_taken');
  });
});
