import type { Test } from 'supertest';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { DATABASES, onEachDatabase } from '../support/databases.js';
import { HeldHashes } from '../support/held-hashes.js';
import { expectProblem } from '../support/problem.js';

const NEW_PASSWORD = 'another long password';
const limit = '1000000';
const ENV = { RATE_LIMIT_ANONYMOUS: limit, RATE_LIMIT_SESSION: limit, RATE_LIMIT_ADMIN: limit };

let userCount = 0;

onEachDatabase((kind) => {
  let app: TestApp;
  let root: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: ENV });
    root = await app.signIn('root@example.com');
  });

  afterAll(() => app.stop());

  const asRoot = (test: Test) => test.set('Cookie', root);
  const patchUser = (id: string, body: object) =>
    asRoot(app.http.patch(`/api/v1/admin/users/${id}`))
      .send(body)
      .expect(200);
  const newUser = (role: string) => ({ email: `hashed-${++userCount}@example.com`, name: 'Hashed', role });
  const exists = async ({ email }: { email: string }): Promise<boolean> => {
    const found = await asRoot(app.http.get('/api/v1/admin/users').query({ search: email })).expect(200);
    return (found.body as { data: unknown[] }).data.length > 0;
  };
  const keysOf = async (userId: string): Promise<string[]> => {
    const found = await asRoot(app.http.get('/api/v1/admin/api-keys').query({ userId })).expect(200);
    return (found.body as { data: { name: string }[] }).data.map(({ name }) => name);
  };

  /** Pauses the hash of a request, runs other requests meanwhile, and returns the response. */
  async function during(request: Test, meanwhile: () => Promise<unknown>) {
    const hashes = new HeldHashes(app);
    try {
      const response = request.then((result) => result);
      await hashes.until(1);
      await meanwhile();
      hashes.release();
      return await response;
    } finally {
      hashes.release();
    }
  }

  it('creates none of 64 admins if the creating admin is suspended while their passwords are hashed', async () => {
    const mallory = await app.createUser('admin');
    const cookie = await app.signIn(mallory.email);
    const newUsers = Array.from({ length: 64 }, () => ({ ...newUser('admin'), password: PASSWORD }));
    const hashes = new HeldHashes(app);
    const responses = newUsers.map((body) =>
      app.http
        .post('/api/v1/admin/users')
        .set('Cookie', cookie)
        .send(body)
        .then((response) => response),
    );
    await hashes.until(64);
    await patchUser(mallory.id, { status: 'suspended' });
    hashes.release();
    for (const response of await Promise.all(responses)) expectProblem(response, 403, 'account_suspended');
    for (const body of newUsers) expect(await exists(body)).toBe(false);
  });

  it('creates no user for a key that is revoked meanwhile', async () => {
    const admin = await app.createCaller('admin');
    const body = newUser('standard');
    const request = app.http.post('/api/v1/admin/users').set('X-API-Key', admin.key).send(body);
    const response = await during(request, () =>
      asRoot(app.http.post(`/api/v1/admin/api-keys/${admin.id}/revoke`)).expect(200),
    );
    expectProblem(response, 401, 'api_key_revoked');
    expect(await exists(body)).toBe(false);
  });

  it('resets no password for a session that ends meanwhile', async () => {
    const admin = await app.createUser('admin');
    const cookie = await app.signIn(admin.email);
    const victim = await app.createUser('admin');
    const request = app.http.post(`/api/v1/admin/users/${victim.id}/reset-password`).set('Cookie', cookie);
    const response = await during(request, () =>
      app.http.post('/api/v1/auth/sign-out').set('Cookie', cookie).expect(204),
    );
    expectProblem(response, 401, 'session_expired');
    await app.signIn(victim.email);
  });

  describe('a session that ends while a key is created', () => {
    const endings: Record<string, (user: { id: string }, cookies: [string, string]) => Promise<unknown>> = {
      'by signing out': (_user, [cookie]) =>
        app.http.post('/api/v1/auth/sign-out').set('Cookie', cookie).expect(204),
      'by a new sign-in in the same browser': (_user, [cookie]) =>
        app.http
          .post('/api/v1/auth/sign-in')
          .set('Cookie', cookie)
          .send({ email: 'root@example.com', password: PASSWORD })
          .expect(200),
      'when all other sessions are ended': (_user, [, other]) =>
        app.http.post('/api/v1/me/sessions/revoke-others').set('Cookie', other).expect(204),
      'when it expires': () => {
        app.clock.advance(7 * 24 * 60 * 60 * 1_000 + 1);
        return app.signIn('root@example.com').then((cookie) => (root = cookie));
      },
    };

    it.each(Object.keys(endings))('leaves no key behind: %s', async (name) => {
      const user = await app.createUser();
      const cookies: [string, string] = [await app.signIn(user.email), await app.signIn(user.email)];
      const request = app.http.post('/api/v1/api-keys').set('Cookie', cookies[0]).send({ name: 'Too late' });
      const response = await during(request, () => endings[name]!(user, cookies));
      expectProblem(response, 401, 'session_expired');
      expect(await keysOf(user.id)).toEqual([]);
    });

    // Only the creation's hash is paused, because ending the session needs a hash too.
    it.each(['when the password is changed', 'when the password is reset'])(
      'leaves no key behind: %s',
      async (name) => {
        const user = await app.createUser();
        const [cookie, other] = [await app.signIn(user.email), await app.signIn(user.email)];
        const hashes = new HeldHashes(app, 1);
        const response = app.http
          .post('/api/v1/api-keys')
          .set('Cookie', cookie)
          .send({ name: 'Too late' })
          .then((result) => result);
        await hashes.until(1);
        if (name.includes('changed')) {
          const change = app.http.post('/api/v1/me/password').set('Cookie', other);
          await change.send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }).expect(204);
        } else await asRoot(app.http.post(`/api/v1/admin/users/${user.id}/reset-password`)).expect(200);
        hashes.release();
        expectProblem(await response, 401, 'session_expired');
        expect(await keysOf(user.id)).toEqual([]);
      },
    );
  });

  it('changes no password in a session that ends meanwhile', async () => {
    const user = await app.createUser();
    const [cookie, other] = [await app.signIn(user.email), await app.signIn(user.email)];
    const change = app.http.post('/api/v1/me/password').set('Cookie', cookie);
    const response = await during(change.send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }), () =>
      app.http.post('/api/v1/me/sessions/revoke-others').set('Cookie', other).expect(204),
    );
    expectProblem(response, 401, 'session_expired');
    await app.signIn(user.email);
    await app.http.get('/api/v1/me').set('Cookie', other).expect(200);
  });

  it('ends the current session when it changes the password, and starts a new one', async () => {
    const user = await app.createUser();
    const cookie = await app.signIn(user.email);
    const change = app.http.post('/api/v1/me/password').set('Cookie', cookie);
    const response = await change.send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }).expect(204);
    await app.http.get('/api/v1/me').set('Cookie', cookieOf(response)).expect(200);
    expectProblem(await app.http.get('/api/v1/me').set('Cookie', cookie), 401, 'session_expired');
  });

  it('leaves no key if the creating key expires meanwhile or its owner is suspended', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
    const owner = await app.createUser();
    const short = await app.createKey(owner, { name: 'Short', expiresAt });
    const create = (key: string) =>
      app.http.post('/api/v1/api-keys').set('X-API-Key', key).send({ name: 'Too late' });
    const expired = await during(create(short.key), async () => app.clock.advance(60_000));
    expectProblem(expired, 401, 'api_key_expired');
    const long = await app.createKey(owner, { name: 'Long' });
    const suspended = await during(create(long.key), () => patchUser(owner.id, { status: 'suspended' }));
    expectProblem(suspended, 403, 'account_suspended');
    expect(await keysOf(owner.id)).toEqual(['Long', 'Short']);
  });

  it('checks the roles of the route again before the write, and ignores other changes of role', async () => {
    const admin = await app.createCaller('admin');
    const create = (body: object) =>
      app.http.post('/api/v1/admin/users').set('X-API-Key', admin.key).send(body);
    const [one, two, three] = [newUser('standard'), newUser('standard'), newUser('standard')];
    const demoted = await during(create(one), () => patchUser(admin.user.id, { role: 'premium' }));
    expectProblem(demoted, 403, 'forbidden');
    expect(await exists(one)).toBe(false);
    await patchUser(admin.user.id, { role: 'admin' });
    const backAgain = await during(create(two), async () => {
      await patchUser(admin.user.id, { role: 'standard' });
      await patchUser(admin.user.id, { role: 'admin' });
    });
    expect(backAgain.status).toBe(201);
    expect((await during(create(three), () => patchUser(admin.user.id, { name: 'Ada' }))).status).toBe(201);

    const promoted = await app.createCaller();
    const own = app.http.post('/api/v1/api-keys').set('X-API-Key', promoted.key).send({ name: 'Own' });
    expect((await during(own, () => patchUser(promoted.user.id, { role: 'premium' }))).status).toBe(201);
  });

  it('does not show a secret again after the session has ended', async () => {
    const admin = await app.createUser('admin');
    const cookie = await app.signIn(admin.email);
    const form = { form: '00000000-0000-4000-8000-000000000001', ...newUser('standard') };
    const create = () => app.http.post('/admin/users/create').type('form').set('Cookie', cookie).send(form);
    const shown = await create().expect(201);
    const [, password] = /<code [^>]*data-secret[^>]*>([\w-]{20})</.exec(shown.text)!;
    expect((await create().expect(201)).text).toContain(password);
    await patchUser(admin.id, { role: 'premium' });
    expect((await create().expect(403)).text).not.toContain(password);
    await patchUser(admin.id, { role: 'admin' });
    await app.http.post('/api/v1/auth/sign-out').set('Cookie', cookie).expect(204);
    const ended = await create().expect(303);
    expect(ended.headers['location']).toContain('/sign-in?');
    expect(ended.text).not.toContain(password);
  });

  it('denies both of two simultaneous forms in the same way if their session ends', async () => {
    const user = await app.createUser();
    const cookie = await app.signIn(user.email);
    const form = { form: '00000000-0000-4000-8000-000000000002', name: 'Twice', expiry: 'never' };
    const create = () => app.http.post('/api-keys/create').type('form').set('Cookie', cookie).send(form);
    const second: Promise<{ status: number }>[] = [];
    const first = await during(create(), async () => {
      second.push(create().then((response) => response));
      await app.http.post('/api/v1/auth/sign-out').set('Cookie', cookie).expect(204);
    });
    expect([first.status, (await second[0]!).status]).toEqual([303, 303]);
    expect(await keysOf(user.id)).toEqual([]);
  });

  describe('two admins who change each other at once', () => {
    it.each([
      [{ status: 'suspended' }, 'account_suspended'],
      [{ role: 'standard' }, 'forbidden'],
    ])('cannot both succeed: %o', async (body, code) => {
      const [one, two] = [await app.createCaller('admin'), await app.createCaller('admin')];
      for (let round = 0; round < 20; round++) {
        const change = (by: typeof one, of: typeof one) =>
          app.http
            .patch(`/api/v1/admin/users/${of.user.id}`)
            .set('X-API-Key', by.key)
            .send(body)
            .then((response) => response);
        const responses = await Promise.all([change(one, two), change(two, one)]);
        const [lost] = responses.filter(({ status }) => status !== 200);
        expect(responses.map(({ status }) => status).sort()).toEqual([200, 403]);
        expect((lost!.body as { code: string }).code).toBe(code);
        for (const { user } of [one, two]) await patchUser(user.id, { role: 'admin', status: 'active' });
        app.clock.advance(2_000);
      }
    });
  });

  it('lets all of many simultaneous writes of one user succeed', async () => {
    const { user, id, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    const rename = (name: string) =>
      app.http.patch(`/api/v1/api-keys/${id}`).set('X-API-Key', key).send({ name });
    const renameOwner = (name: string) => app.http.patch('/api/v1/me').set('Cookie', cookie).send({ name });
    const responses = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? rename : renameOwner)(`Name ${index}`)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(200));
  });
});

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

onMariadb('two instances on one MariaDB', () => {
  it('deny a write on one to a user who loses access on the other', async () => {
    const database = await mariadb!.create();
    const [first, second] = [
      await TestApp.start(mariadb!, { database, env: ENV }),
      await TestApp.start(mariadb!, { database, env: ENV }),
    ];
    try {
      const { user, id, key } = await first.createCaller('admin');
      const root = await second.signIn('root@example.com');
      const revoke = second.http.post(`/api/v1/admin/api-keys/${id}/revoke`).set('Cookie', root);
      const hashes = new HeldHashes(first);
      const response = first.http
        .post('/api/v1/api-keys')
        .set('X-API-Key', key)
        .send({ name: 'Too late' })
        .then((result) => result);
      await hashes.until(1);
      await revoke.expect(200);
      hashes.release();
      expectProblem(await response, 401, 'api_key_revoked');
      const keys = await second.http
        .get('/api/v1/admin/api-keys')
        .query({ userId: user.id })
        .set('Cookie', root)
        .expect(200);
      expect((keys.body as { data: { id: string }[] }).data.map((each) => each.id)).toEqual([id]);
    } finally {
      await first.stop();
      await second.stop();
      await database.drop();
    }
  });
});
