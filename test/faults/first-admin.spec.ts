import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import Sqlite from 'libsql';
import { createConnection } from 'mysql2/promise';
import { itIf, onEachDatabase, type TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { Instance, withKey } from '../support/instance.js';
import { freePort, ServerProcess } from '../support/server-process.js';
import { Terminal } from '../support/terminal.js';

jest.setTimeout(60_000);

const MAIN = join(process.cwd(), 'dist', 'src', 'main.js');
const ADMIN = join(process.cwd(), 'dist', 'src', 'admin.js');
const EMAIL = 'admin@chameleon.localhost';
const PASSWORD = 'a long enough password';

onEachDatabase((kind) => {
  const isSqlite = kind.name === 'SQLite';
  let folder: string;
  let database: TestDatabase;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-first-'));
    database = await kind.create();
  });

  afterEach(async () => {
    await Terminal.closeAll();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const env = (more: Record<string, string> = {}) => ({
    DATABASE_URL: database.url,
    BCRYPT_COST: '4',
    ...more,
  });
  const file = () => `${database.url.replace('sqlite:', '')}.temporary-password`;
  const signIn = async (url: string, password: string) => {
    const response = await fetch(`${url}/api/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: EMAIL, password }),
    });
    return response.status;
  };
  /** Runs `npm run admin -- …`, or the built command, without a terminal. */
  const command = (program: string, args: string[], more: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const options = { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env(more) } };
      execFile(program, args, options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  const admin = (...args: string[]) => command(process.execPath, [ADMIN, ...args]);

  it('gets a temporary password on a terminal', async () => {
    const port = await freePort();
    const server = new Terminal(folder, env({ PORT: String(port) }), MAIN);
    await eventually('the server listens', () => server.output.includes('Docs'), 30_000);
    const [, password] = /Temporary password {2}([\w-]{20})\r\n/.exec(server.output)!;
    expect(await signIn(`http://127.0.0.1:${port}`, password!)).toBe(200);
    if (isSqlite) expect(existsSync(file())).toBe(false);
    expect(await server.interrupt()).toBe(0);
  });

  itIf(isSqlite)(
    'gets the password in a file of its own without a terminal, if the database is a file',
    async () => {
      const server = await (await ServerProcess.spawn(folder, env())).ready();
      const password = readFileSync(file(), 'utf8').trim();
      expect(statSync(file()).mode & 0o777).toBe(0o600);
      expect(server.output).toContain(file());
      expect(server.output).not.toContain(password);
      expect(await signIn(server.url, password)).toBe(200);
      expect(await server.kill()).toBe(0);
    },
  );

  itIf(!isSqlite)('needs ADMIN_PASSWORD if a temporary password would be seen by no one', async () => {
    const server = await ServerProcess.spawn(folder, env());
    expect(await server.exit()).toBe(1);
    expect(server.stderr).toContain('ADMIN_PASSWORD must be set');
    const connection = await createConnection({ uri: database.url.replace('mariadb:', 'mysql:') });
    const [[users]] = (await connection.query('SELECT COUNT(*) AS count FROM users')) as never as [[object]];
    await connection.end();
    expect(users).toEqual({ count: 0 });
  });

  it('is not created with a password that is easy to guess, nor silently next to other users', async () => {
    const weak = await ServerProcess.spawn(folder, env({ ADMIN_PASSWORD: 'iloveyou1234' }));
    expect(await weak.exit()).toBe(1);
    expect(weak.stderr).toBe('Some settings are invalid:\n  - ADMIN_PASSWORD is too easy to guess\n');
    const first = await (await ServerProcess.spawn(folder, env({ ADMIN_PASSWORD: PASSWORD }))).ready();
    expect(first.output).not.toContain('ignored');
    await first.kill();
    const both = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'another long password' };
    const second = await (await ServerProcess.spawn(folder, env(both))).ready();
    expect(second.output).toMatch(
      /WARN.*ADMIN_EMAIL and ADMIN_PASSWORD are ignored because users already exist\./,
    );
    expect(second.output).not.toContain(both.ADMIN_PASSWORD);
    expect(await signIn(second.url, both.ADMIN_PASSWORD)).toBe(401);
    await second.kill();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('regains access with a command, with or without a running server', async () => {
    const server = await Instance.start(env());
    const { keys, email } = await server.createCaller('admin');
    const { id, key } = keys[0]!;
    expect((await server.request('POST', '/ping', withKey(key), {})).status).toBe(200);
    expect(await admin('revoke-key', id)).toMatchObject({ code: 0, stderr: '' });
    await eventually('the server rejects the key', async () => {
      return (await server.request('POST', '/ping', withKey(key), {})).body['code'] === 'api_key_revoked';
    });

    const terminal = new Terminal(folder, env(), ADMIN, 'reset-password', email);
    expect(await terminal.exited).toBe(0);
    const [, password] = /Temporary password {2}([\w-]{20})\r\n/.exec(terminal.output)!;
    const response = await server.request('POST', '/auth/sign-in', {}, { email, password });
    expect(response.status).toBe(200);
    await server.stop();

    const listed = await command('npm', ['run', 'admin', '--', 'list-users']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain(email);
  });

  it('reports errors of a command in one sentence', async () => {
    for (const args of [[], ['nonsense'], ['reset-password'], ['list-users', 'x'], ['__proto__']]) {
      const { code, stderr } = await admin(...args);
      expect({ code, usage: stderr.startsWith('Usage: npm run admin -- <command>') }).toEqual({
        code: 2,
        usage: true,
      });
    }
    const { code, stderr } = await admin('list-users');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      isSqlite
        ? /^There is no database at \S+\. Start the server first/
        : /^The database is missing these migrations: /,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  itIf(isSqlite)('waits five seconds while another process writes to the SQLite file', async () => {
    const server = await Instance.start(env());
    const { keys } = await server.createCaller('standard');
    await server.stop();
    const writer = new Sqlite(database.url.replace('sqlite:', ''));
    writer.exec('BEGIN IMMEDIATE');
    const startedAt = performance.now();
    const rejected = await admin('revoke-key', keys[0]!.id);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5_000);
    expect(rejected).toMatchObject({ code: 1, stdout: '' });
    expect(rejected.stderr).toMatch(/^The service is temporarily unavailable/);
    writer.exec('ROLLBACK');
    writer.close();
    expect(await admin('revoke-key', keys[0]!.id)).toMatchObject({ code: 0 });
  });
});
