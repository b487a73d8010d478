import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AdminCommandsService, CommandsModule } from '../../src/commands/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { itIf, onEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;
  let printed: string;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    process.stdout.isTTY = false;
  });

  afterAll(() => app.stop());

  const open = (url: string, env: Record<string, string> = {}): Promise<INestApplicationContext> =>
    NestFactory.createApplicationContext(
      CommandsModule.forRoot(parseEnv({ DATABASE_URL: url, BCRYPT_COST: '4', ...env })),
      { logger: false, abortOnError: false },
    );
  /** Runs a command in its own process while the server is running. */
  async function run(
    command: (commands: AdminCommandsService) => Promise<void>,
    env: Record<string, string> = {},
  ): Promise<void> {
    const context = await open(app.database.url, env);
    await command(context.get(AdminCommandsService)).finally(() => context.close());
  }
  const signIn = (email: string, password: string) =>
    app.http.post('/api/v1/auth/sign-in').send({ email, password });
  const shownPassword = () => /Temporary password {2}(\S+)\n/.exec(printed)![1]!;
  const file = () => `${app.database.url.replace('sqlite:', '')}.temporary-password`;
  const isSqlite = kind.name === 'SQLite';

  it('resets a password on a terminal: sessions end, keys still work', async () => {
    process.stdout.isTTY = true;
    const { user, key } = await app.createCaller('admin');
    const cookie = await app.signIn(user.email);
    await run((commands) => commands.resetPassword(` ${user.email.toUpperCase()} `));
    const temporary = shownPassword();
    expect(temporary).toMatch(/^[\w-]{20}$/);
    expect(existsSync(file())).toBe(false);
    expectProblem(await app.http.get('/api/v1/me').set('Cookie', cookie), 401, 'session_expired');
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    expectProblem(await signIn(user.email, PASSWORD), 401, 'sign_in_failed');
    const fresh = cookieOf(await signIn(user.email, temporary).expect(200));
    const early = await app.http.get('/api/v1/admin/users').set('Cookie', fresh);
    expectProblem(early, 403, 'password_change_required');
    await expect(run((commands) => commands.resetPassword('nobody@example.com'))).rejects.toThrow(
      'User not found',
    );
  });

  it('says if a new password is not enough to sign in', async () => {
    process.stdout.isTTY = true;
    const user = await app.createUser();
    await app.nest.get(DataSource).getRepository(UserEntity).update({ id: user.id }, { status: 'suspended' });
    await run((commands) => commands.resetPassword(user.email));
    expect(printed).toContain('The user is suspended');
  });

  itIf(isSqlite)('writes the password to its own file without a terminal', async () => {
    const user = await app.createUser();
    writeFileSync(file(), 'an older one', { mode: 0o644 });
    await run((commands) => commands.resetPassword(user.email));
    const password = readFileSync(file(), 'utf8').trim();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(printed).toContain(file());
    expect(printed).not.toContain(password);
    await signIn(user.email, password).expect(200);
    // The file of a password that was not set is removed.
    await expect(run((commands) => commands.createAdmin(user.email))).rejects.toThrow(
      'An account with this email address already exists',
    );
    expect(existsSync(file())).toBe(false);
  });

  itIf(!isSqlite)('generates no password that no one would see', async () => {
    const user = await app.createUser();
    const attempt = run((commands) => commands.resetPassword(user.email));
    await expect(attempt).rejects.toThrow('Run the command in a terminal');
    await signIn(user.email, PASSWORD).expect(200);
  });

  it('creates an admin, with a temporary password or ADMIN_PASSWORD', async () => {
    process.stdout.isTTY = true;
    await run((commands) => commands.createAdmin(), { ADMIN_EMAIL: 'second@example.com' });
    await signIn('second@example.com', shownPassword()).expect(200);
    printed = '';
    const password = 'some other long password';
    await run((commands) => commands.createAdmin('Third@Example.com'), { ADMIN_PASSWORD: password });
    expect(printed).not.toContain(password);
    const cookie = cookieOf(await signIn('third@example.com', password).expect(200));
    await app.http.get('/api/v1/admin/users').set('Cookie', cookie).expect(200);

    const weak = run((commands) => commands.createAdmin('fourth@example.com'), {
      ADMIN_PASSWORD: 'aaaaaaaaaaaa',
    });
    await expect(weak).rejects.toMatchObject({
      errors: [{ code: 'weak_password', message: 'is too easy to guess' }],
    });
    await expect(run((commands) => commands.createAdmin('fourth'))).rejects.toMatchObject({
      errors: [{ field: 'email' }],
    });
  });

  it('lists all users', async () => {
    for (let i = 0; i < 101; i++) await app.createUser();
    await run((commands) => commands.listUsers());
    const emails = (await app.nest.get(DataSource).getRepository(UserEntity).find()).map(
      ({ email }) => email,
    );
    const lines = printed.trim().split('\n').slice(1);
    expect(lines.map((line) => line.split(/ {2,}/)[4]).sort()).toEqual(emails.sort());
    expect(printed).toMatch(/\n[\da-f-]{36} {2}admin {5}active .* root@example\.com {2}Admin\n/);
  });

  it('revokes a key, and the running server rejects it at once', async () => {
    const { id, key } = await app.createCaller();
    const me = () => app.http.get('/api/v1/me').set('X-API-Key', key);
    await me().expect(200);
    await run((commands) => commands.revokeKey(id));
    expect(printed).toBe(`The key chm_${id} (Test key) has been revoked.\n`);
    await eventually('the server rejects the key', async () => (await me()).status === 401);
    expectProblem(await me(), 401, 'api_key_revoked');
    await expect(run((commands) => commands.revokeKey('0123456789ab'))).rejects.toThrow('API key not found');
  });

  it('counts the keys that still work', async () => {
    const { id, key } = await app.createCaller();
    await app.http.post('/api/v1/api-keys').set('X-API-Key', key).send({ name: 'Made with it' }).expect(201);
    await run((commands) => commands.revokeKey(id));
    expect(printed).toContain('Active keys that were created with this key: 1\n');
  });

  it('runs no migrations, and rejects the tables of another build', async () => {
    const empty = await kind.create();
    try {
      await expect(open(empty.url)).rejects.toThrow(
        isSqlite ? /There is no database at/ : /Start the server from this build/,
      );
      if (isSqlite) expect(existsSync(empty.url.replace('sqlite:', ''))).toBe(false);
    } finally {
      await empty.drop();
    }
    const { manager } = app.nest.get(DataSource);
    await manager.query(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')",
    );
    await expect(open(app.database.url)).rejects.toThrow(/changed by a newer build \(Newer9999999999999\)/);
    await manager.query("DELETE FROM migrations WHERE name = 'Newer9999999999999'");
    const [latest] = await manager.query<{ id: number; timestamp: number; name: string }[]>(
      'SELECT * FROM migrations ORDER BY id DESC LIMIT 1',
    );
    await manager.query('DELETE FROM migrations WHERE id = ?', [latest!.id]);
    await expect(open(app.database.url)).rejects.toThrow(
      `The database is missing these migrations: ${latest!.name}.`,
    );
    await manager.query('INSERT INTO migrations (id, timestamp, name) VALUES (?, ?, ?)', [
      latest!.id,
      latest!.timestamp,
      latest!.name,
    ]);
    await (await open(app.database.url)).close();
  });
});
