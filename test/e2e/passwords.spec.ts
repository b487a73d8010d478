import { jest } from '@jest/globals';
import bcrypt from 'bcrypt';
import { DataSource } from 'typeorm';
import { unavailable } from '../../src/common/errors/index.js';
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { SessionEntity } from '../../src/modules/auth/index.js';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import { BcryptThread } from '../../src/modules/hashing/bcrypt-thread.js';
import { FairScheduler } from '../../src/modules/hashing/fair-scheduler.js';
import { UserEntity, UsersService } from '../../src/modules/users/index.js';
import { TestApp, cookieOf, PASSWORD } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { HeldBcrypt, until } from '../support/held-bcrypt.js';
import {
  expectTooManyRequests,
  expectProblem,
  expectFieldErrors,
  type ReceivedResponse,
} from '../support/problem.js';

const NEW_PASSWORD = 'another long password';

onEachDatabase((kind) => {
  let app: TestApp;
  let database: Awaited<ReturnType<typeof kind.create>>;

  beforeAll(async () => {
    database = await kind.create();
    app = await TestApp.start(kind, {
      database,
      env: { RATE_LIMIT_ANONYMOUS: '100000', REGISTRATION: 'open' },
    });
  });

  // Each test starts with fresh rate limits for the address.
  beforeEach(() => app.clock.advance(3_600_000));

  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  const signIn = (email: string, password: string) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });
  const signUp = (body: object) => {
    // The sign-up limit of ten an hour is not tested here.
    app.clock.advance(6 * 60_000);
    return app.http.post('/api/v1/auth/sign-up').send(body);
  };
  const expectTooEasy = (response: ReceivedResponse, field: string) =>
    expect(expectProblem(response, 400, 'validation_failed').errors).toEqual([
      { field, code: 'weak_password', message: 'is too easy to guess' },
    ]);
  const me = (cookie: string) => app.http.get('/api/v1/me').set('Cookie', cookie);
  const change = (cookie: string, body: object) =>
    app.http.post('/api/v1/me/password').set('Cookie', cookie).send(body);

  it('changes the password, ends every other session and starts a new one', async () => {
    const { user, key } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    const other = await app.signIn(user.email);
    const response = await change(cookie, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }).expect(
      204,
    );
    const fresh = cookieOf(response);
    expect(fresh).toMatch(/^chameleon_session=[\w-]{43}$/);
    for (const old of [cookie, other]) expectProblem(await me(old), 401, 'session_expired');
    await me(fresh).expect(200);
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    expectProblem(await signIn(user.email, PASSWORD), 401, 'sign_in_failed');
    await signIn(user.email, NEW_PASSWORD).expect(200);
  });

  it('rejects a wrong current password on its field, and changes nothing', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const response = await change(cookie, { currentPassword: 'wrong', newPassword: NEW_PASSWORD });
    expectFieldErrors(response, 'currentPassword');
    expect(response.headers['set-cookie']).toBeUndefined();
    await me(cookie).expect(200);
    expectFieldErrors(
      await change(cookie, { currentPassword: PASSWORD, newPassword: PASSWORD }),
      'newPassword',
    );
    expectFieldErrors(await change(cookie, {}), 'currentPassword', 'newPassword');
    await signIn(email, PASSWORD).expect(200);
  });

  it('rejects passwords that are short, long or common on every route', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const admin = await app.signIn('root@example.com');
    const common = ['123456789012', 'Password1234', 'qwertyuiop123'];
    const wrong = [
      '',
      'elevenchars',
      'x'.repeat(129),
      '🔑'.repeat(11),
      ...common,
      123456789012,
      null,
      ['a long enough password'],
    ];
    for (const password of wrong) {
      expectFieldErrors(
        await change(cookie, { currentPassword: PASSWORD, newPassword: password }),
        'newPassword',
      );
      expectFieldErrors(await signUp({ email: 'weak@example.com', name: 'Weak', password }), 'password');
      const body = { email: 'weak@example.com', name: 'Weak', role: 'standard', password };
      expectFieldErrors(
        await app.http.post('/api/v1/admin/users').set('Cookie', admin).send(body),
        'password',
      );
    }
    expectProblem(await signIn('weak@example.com', 'elevenchars'), 401, 'sign_in_failed');
  });

  it('rejects passwords that are easy to guess on every route', async () => {
    const { email, name } = await app.createUser();
    const cookie = await app.signIn(email);
    const admin = await app.signIn('root@example.com');
    const other = { email: 'easily.guessed@example.com', name: 'Guinevere Guessed' };
    const byAll = ['aaaaaaaaaaaa', '12345678901234', 'iloveyou1234', 'Chameleon API Keys'];
    for (const password of [...byAll, email, `${name}${name}`])
      expectTooEasy(
        await change(cookie, { currentPassword: PASSWORD, newPassword: password }),
        'newPassword',
      );
    for (const password of [...byAll, other.email, 'guinevereguessed']) {
      expectTooEasy(await signUp({ ...other, password }), 'password');
      const body = { ...other, role: 'standard', password };
      expectTooEasy(await app.http.post('/api/v1/admin/users').set('Cookie', admin).send(body), 'password');
    }
    await signIn(email, PASSWORD).expect(200);
    const page = await app.http
      .post('/zh/sign-up')
      .type('form')
      .send({ email: 'guessed@example.com', name: 'Guessed', password: 'iloveyou1234' })
      .expect(400);
    expect(page.text).toContain('此密码太容易被猜到');
  });

  it('compares every character of a password: after byte 72, after a NUL, composed or not', async () => {
    const invalid = [
      `${PASSWORD.padEnd(127, 'a')}b`,
      'nul\u0000 and then more',
      PASSWORD + '🔑'.repeat(128 - PASSWORD.length),
      ' spaces at both ends ',
      'Ünïcödé passwörd',
    ];
    for (const [i, password] of invalid.entries()) {
      const email = `odd-${i}@example.com`;
      await signUp({ email, name: 'Odd', password }).expect(201);
      const other = [...password].slice(0, -1).join('') + 'c';
      expectProblem(await signIn(email, other), 401, 'sign_in_failed');
      expectProblem(await signIn(email, [...password].slice(0, 12).join('')), 401, 'sign_in_failed');
      await signIn(email, password.normalize('NFD')).expect(200);
    }
  });

  it('requires a new password first if the current one was generated', async () => {
    const email = `temporary-${Date.now()}@example.com`;
    const created = await app.nest
      .get(UsersService)
      .create(SYSTEM_AUTHOR, { email, name: 'New', role: 'admin', password: null });
    const temporary = created.temporaryPassword!;
    const endsAfterMs = created.user.temporaryPasswordExpiresAt!.getTime() - app.clock.now().getTime();
    expect(Math.ceil(endsAfterMs / 3_600_000)).toBe(72);
    const cookie = cookieOf(await signIn(email, temporary).expect(200));
    await me(cookie).expect(200);
    const closed = [
      app.http.get('/api/v1/api-keys'),
      app.http.post('/api/v1/api-keys').send({ name: 'x' }),
      app.http.post('/api/v1/ping').send({}),
      app.http.patch('/api/v1/me').send({ name: 'x' }),
      app.http.get('/api/v1/me/sessions'),
      app.http.post('/api/v1/me/sessions/revoke-others'),
      app.http.delete('/api/v1/me/sessions/x'),
      app.http.get('/api/v1/admin/users'),
    ];
    for (const request of closed)
      expectProblem(await request.set('Cookie', cookie), 403, 'password_change_required');
    const again = await change(cookie, { currentPassword: temporary, newPassword: temporary });
    expectFieldErrors(again, 'newPassword');
    const response = await change(cookie, { currentPassword: temporary, newPassword: NEW_PASSWORD }).expect(
      204,
    );
    await app.http.get('/api/v1/admin/users').set('Cookie', cookieOf(response)).expect(200);
    await app.http.post('/api/v1/auth/sign-out').set('Cookie', cookieOf(response)).expect(204);
    expectProblem(await signIn(email, temporary), 401, 'sign_in_failed');
  });

  it('lets anyone create a standard account when registration is open', async () => {
    const body = { email: '  Ada@Example.COM ', password: PASSWORD, name: ' Ada ' };
    const response = await signUp(body).expect(201);
    expect(response.body).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
      role: 'standard',
      status: 'active',
    });
    expect(response.text).not.toMatch(/password/i);
    expect(response.headers['set-cookie']).toBeUndefined();
    expectProblem(await signUp({ ...body, email: 'ADA@example.com' }), 409, 'email_taken');
    expectFieldErrors(await signUp({ ...body, email: 'eve@example.com', role: 'admin' }), 'role');
    for (const email of [
      '',
      'x',
      'a@',
      '@b.c',
      'a b@c.de',
      `${'a'.repeat(250)}@b.de`,
      1,
      null,
      "a'--@",
      'a@b\n.de',
    ]) {
      expectFieldErrors(await signUp({ ...body, email }), 'email');
    }
    const twins = await Promise.all(
      Array.from({ length: 5 }, () => signUp({ ...body, email: 'twin@example.com' })),
    );
    expect(twins.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('rehashes a password of a lower cost at the next sign-in, if it is correct', async () => {
    const { email, id } = await app.createUser();
    const hashOf = async () => {
      const rows: unknown = await app.nest
        .get(DataSource)
        .query('SELECT password_hash FROM users WHERE id = ?', [id]);
      return (rows as { password_hash: string }[])[0]!.password_hash;
    };
    const { url } = app;
    expect(bcrypt.getRounds(await hashOf())).toBe(4);
    await app.stop();
    app = await TestApp.start(kind, {
      database,
      env: { RATE_LIMIT_ANONYMOUS: '100000', REGISTRATION: 'open', BCRYPT_COST: '6' },
    });
    expect(app.url).not.toBe(url);
    // A wrong password waits as often and takes at least as long as a password for a missing account.
    const turns = jest.spyOn(FairScheduler.prototype, 'run');
    const comparisons = jest.spyOn(BcryptThread.prototype, 'compare');
    const costs = () => comparisons.mock.calls.splice(0).map(([, hash]) => bcrypt.getRounds(hash));
    for (const [account, expected] of [
      [email, [4, 6]],
      ['nobody@example.com', [6]],
    ] as const) {
      turns.mockClear();
      expectProblem(await signIn(account, 'wrong'), 401, 'sign_in_failed');
      expect(turns).toHaveBeenCalledTimes(1);
      expect(costs()).toEqual(expected);
    }
    turns.mockRestore();
    comparisons.mockRestore();
    expect(bcrypt.getRounds(await hashOf())).toBe(4);
    await signIn(email, PASSWORD).expect(200);
    expect(bcrypt.getRounds(await hashOf())).toBe(6);
    await signIn(email, PASSWORD).expect(200);
  });

  it('rejects a sign-in if the user is suspended or the password changes during the comparison', async () => {
    for (const end of [
      (id: string) => app.nest.get(UsersService).update(SYSTEM_AUTHOR, id, { status: 'suspended' }),
      async (id: string) => {
        const users = app.nest.get(DataSource).getRepository(UserEntity);
        await users.update({ id }, { passwordHash: bcrypt.hashSync('another', 4) });
      },
    ]) {
      const { id, email } = await app.createUser();
      const held = new HeldBcrypt();
      const compared = jest.spyOn(BcryptQueue.prototype, 'comparePassword');
      const response = signIn(email, PASSWORD).then((result) => result);
      await until(() => compared.mock.calls.length === 1);
      await end(id);
      held.release();
      compared.mockRestore();
      expectProblem(await response, 401, 'sign_in_failed');
      expect((await response).headers['set-cookie']).toBeUndefined();
      const sessions = app.nest.get(DataSource).getRepository(SessionEntity);
      expect(await sessions.countBy({ userId: id })).toBe(0);
    }
  });

  it('reveals a suspension only with the correct password', async () => {
    const { id, email } = await app.createUser();
    await app.nest.get(UsersService).update(SYSTEM_AUTHOR, id, { status: 'suspended' });
    expectProblem(await signIn(email, PASSWORD), 403, 'account_suspended');
    expectProblem(await signIn(email, 'wrong'), 401, 'sign_in_failed');
  });

  describe('with failed attempts', () => {
    it('counts no attempt that could not be checked', async () => {
      const { email } = await app.createUser();
      const compare = jest.spyOn(BcryptThread.prototype, 'compare').mockRejectedValue(unavailable('full'));
      for (let i = 0; i < 6; i++) expectProblem(await signIn(email, 'wrong'), 503, 'unavailable');
      compare.mockRestore();
      for (let i = 0; i < 5; i++) expectProblem(await signIn(email, 'wrong'), 401, 'sign_in_failed');
      expectTooManyRequests(await signIn(email, PASSWORD), 'too_many_failed_attempts', 'failed-sign-ins', 5);
    });

    it('rejects the sixth for one account, existing or not, in any spelling, and admits others', async () => {
      const { email } = await app.createUser();
      const other = await app.createUser();
      for (const account of [email, 'unknown@example.com']) {
        for (let i = 0; i < 5; i++) expectProblem(await signIn(account, 'wrong'), 401, 'sign_in_failed');
        expectTooManyRequests(
          await signIn(account, PASSWORD),
          'too_many_failed_attempts',
          'failed-sign-ins',
          5,
        );
        expectTooManyRequests(
          await signIn(` ${account.toUpperCase()} `, 'x'),
          'too_many_failed_attempts',
          'failed-sign-ins',
          5,
        );
      }
      await signIn(other.email, PASSWORD).expect(200);
    });

    it('admits the account again after Retry-After', async () => {
      const { email } = await app.createUser();
      for (let i = 0; i < 5; i++) await signIn(email, 'wrong').expect(401);
      const seconds = expectTooManyRequests(
        await signIn(email, PASSWORD),
        'too_many_failed_attempts',
        'failed-sign-ins',
        5,
      );
      app.clock.advance(seconds * 1_000 - 3_000);
      expectTooManyRequests(await signIn(email, PASSWORD), 'too_many_failed_attempts', 'failed-sign-ins', 5);
      app.clock.advance(3_000);
      await signIn(email, PASSWORD).expect(200);
    });

    it('rejects the twenty-first from one address over all accounts, even with the correct password', async () => {
      const { email } = await app.createUser();
      for (let i = 0; i < 20; i++)
        expectProblem(await signIn(`spray-${i}@example.com`, 'x'), 401, 'sign_in_failed');
      expectTooManyRequests(await signIn(email, PASSWORD), 'too_many_failed_attempts', 'failed-sign-ins', 20);
      app.clock.advance(60_000);
      await signIn(email, PASSWORD).expect(200);
    });

    it('counts simultaneous attempts: exactly five are compared', async () => {
      const { email } = await app.createUser();
      const responses = await Promise.all(Array.from({ length: 15 }, (_, i) => signIn(email, `wrong ${i}`)));
      expect(responses.map(({ status }) => status).sort()).toEqual([
        ...Array(5).fill(401),
        ...Array(10).fill(429),
      ]);
    });

    it('does not count correct passwords', async () => {
      const { email } = await app.createUser();
      for (let i = 0; i < 25; i++) await signIn(email, PASSWORD).expect(200);
    });

    it('counts a wrong current password like a failed sign-in', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      const wrong = { currentPassword: 'wrong', newPassword: NEW_PASSWORD };
      for (let i = 0; i < 3; i++) expectFieldErrors(await change(cookie, wrong), 'currentPassword');
      for (let i = 0; i < 2; i++) expectProblem(await signIn(email, 'wrong'), 401, 'sign_in_failed');
      expectTooManyRequests(await change(cookie, wrong), 'too_many_failed_attempts', 'failed-sign-ins', 5);
      expectTooManyRequests(await signIn(email, PASSWORD), 'too_many_failed_attempts', 'failed-sign-ins', 5);
      await me(cookie).expect(200);
    });
  });
});
