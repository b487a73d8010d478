import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { freePort, ServerProcess } from '../support/server-process.js';
import { Terminal } from '../support/terminal.js';

const MAIN = join(process.cwd(), 'dist', 'src', 'main.js');
const PASSWORD = 'a long enough password';
const EMAIL = 'root@example.com';
const ADMIN = { ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: PASSWORD };

describe('the built server', () => {
  let folder: string;
  let servers: ServerProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
  });

  afterEach(async () => {
    await Terminal.closeAll();
    await Promise.all(servers.map((server) => server.kill('SIGKILL')));
    servers = [];
    rmSync(folder, { recursive: true, force: true });
  });

  const sqlite = () => ({ DATABASE_URL: `sqlite:${join(folder, 'keys.db')}` });

  async function spawn(env: Record<string, string>): Promise<ServerProcess> {
    const server = await ServerProcess.spawn(folder, env);
    servers.push(server);
    return server;
  }

  async function post(url: string, body: object, headers: Record<string, string> = {}) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, string>,
    };
  }

  async function createKey({ url }: ServerProcess, name = 'Test key'): Promise<string> {
    const signedIn = await post(`${url}/api/v1/auth/sign-in`, { email: EMAIL, password: PASSWORD });
    expect(signedIn.status).toBe(200);
    const Cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const created = await post(`${url}/api/v1/api-keys`, { name }, { Cookie });
    expect(created.status).toBe(201);
    return created.body['key']!;
  }

  const ping = ({ url }: ServerProcess, key: string) =>
    post(`${url}/api/v1/ping`, { key: 'value' }, { 'X-API-Key': key });

  it('starts three times at once on an empty database: one schema, one admin, one password', async () => {
    const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
    if (!mariadb) return process.stderr.write('SKIPPED: several servers at once need MariaDB.\n');
    const database = await mariadb.create();
    try {
      const env = { DATABASE_URL: database.url, ADMIN_EMAIL: EMAIL, BCRYPT_COST: '4' };
      // Without a file next to the database, the password is shown only on a terminal.
      const three = await Promise.all(
        [1, 2, 3].map(async () => {
          const port = await freePort();
          const terminal = new Terminal(folder, { ...env, PORT: String(port) }, MAIN);
          return { terminal, url: `http://127.0.0.1:${port}` };
        }),
      );
      const listen = () => three.every(({ terminal }) => terminal.output.includes('Docs'));
      await eventually('all instances listen', listen, 60_000);

      const connection = await createConnection({ uri: database.url.replace('mariadb:', 'mysql:') });
      const [users] = await connection.query("SELECT email, role FROM users WHERE role = 'admin'");
      const [migrations] = await connection.query(
        'SELECT name, COUNT(*) AS times FROM migrations GROUP BY name',
      );
      await connection.end();
      expect(users).toEqual([{ email: EMAIL, role: 'admin' }]);
      for (const { times } of migrations as { times: number }[]) expect(Number(times)).toBe(1);

      const passwords = three.flatMap(
        ({ terminal }) => /Temporary password\s+(\S+)/.exec(terminal.output)?.slice(1) ?? [],
      );
      expect(passwords).toHaveLength(1);
      for (const { terminal } of three) expect(terminal.output).not.toMatch(/ERROR|ignored/);
      for (const { url } of three) {
        const response = await post(`${url}/api/v1/auth/sign-in`, { email: EMAIL, password: passwords[0] });
        expect(response).toMatchObject({ status: 200, body: { email: EMAIL, role: 'admin' } });
      }
      expect(await Promise.all(three.map(({ terminal }) => terminal.interrupt()))).toEqual([0, 0, 0]);
    } finally {
      await Terminal.closeAll();
      await database.drop();
    }
  });

  it('prints its URLs', async () => {
    const server = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    const base = server.url.replace('127.0.0.1', 'localhost');
    expect(server.stdout).toContain(`${base}/api/v1`);
    expect(server.stdout).toContain(`${base}/api/docs`);
    expect(server.stdout).not.toContain('Temporary password');
    expect(server.output).not.toContain(PASSWORD);
    for (const path of ['/api/docs', '/api/openapi.json'])
      expect((await fetch(server.url + path)).status).toBe(200);
  });

  it('rejects a SQLite file that another server uses, and says so', async () => {
    const first = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    const second = await spawn({ ...sqlite(), ...ADMIN });
    expect(await second.exit()).toBe(1);
    expect(second.stderr.trimEnd().split('\n').at(-1)).toMatch(
      /Another server is already using the SQLite file .*keys\.db/,
    );
    expect(await ping(first, await createKey(first))).toMatchObject({ status: 200 });
  });

  it('takes over the SQLite file of a killed server at once', async () => {
    const first = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    const key = await createKey(first);
    expect(await first.kill('SIGKILL')).toBeNull();
    const second = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    expect(await ping(second, key)).toMatchObject({ status: 200, body: { message: 'pong' } });
  });

  it('completes pending requests on SIGTERM, accepts no new ones, and exits with 0', async () => {
    const server = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    const key = await createKey(server);
    const { port } = new URL(server.url);
    let response = '';
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('data', (chunk) => (response += chunk.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const head = [
      'POST /api/v1/ping HTTP/1.1',
      'Host: localhost',
      `X-API-Key: ${key}`,
      'Content-Type: application/json',
      'Content-Length: 15',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"key":`);
    await sleep(200);

    const startedAt = Date.now();
    const ended = server.kill();
    await sleep(300);
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    socket.write('"value"}');
    await closed;
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(response).toContain('"echo":{"key":"value"}');
    expect(await ended).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(server.stderr).toBe('');
  });

  it('exits within ten seconds even if a client never finishes its request', async () => {
    const server = await (await spawn({ ...sqlite(), ...ADMIN })).ready();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{',
    );
    await sleep(200);
    const startedAt = Date.now();
    expect(await server.kill()).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    socket.destroy();
  });

  it('names every invalid setting, never its value, and does not start', async () => {
    const server = await spawn({
      PORT: 'eighty',
      DATABASE_URL: 'postgres://user:hunter22@host/db',
      PUBLIC_URL: 'https://example.com/path',
      BCRYPT_COST: '3',
      API_KEY_PREFIX: 'No',
      RATE_LIMIT_STANDARD: '0',
      ADMIN_PASSWORD: 'hunter2',
      TRUST_PROXY: '-1',
      REGISTRATION: 'maybe',
      CORS_ORIGINS: 'example.com',
      LOG_LEVEL: 'loud',
    });
    expect(await server.exit()).toBe(1);
    const lines = server.stderr.split('\n').filter((line) => line.startsWith('  - '));
    const names = [
      'ADMIN_PASSWORD',
      'API_KEY_PREFIX',
      'BCRYPT_COST',
      'CORS_ORIGINS',
      'DATABASE_URL',
      'LOG_LEVEL',
    ];
    const more = ['PORT', 'PUBLIC_URL', 'RATE_LIMIT_STANDARD', 'REGISTRATION', 'TRUST_PROXY'];
    expect(lines.map((line) => line.slice(4).split(' ')[0]).sort()).toEqual([...names, ...more]);
    expect(server.output).not.toContain('hunter2');
    expect(server.stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes no keys to files or logs, and hashes them with bcrypt at cost 10', async () => {
    const server = await (await spawn({ ...sqlite(), ...ADMIN, LOG_LEVEL: 'debug' })).ready();
    const keys = [await createKey(server, 'One'), await createKey(server, 'Two')];
    const { url } = server;
    for (const key of keys) {
      expect(await ping(server, key)).toMatchObject({ status: 200 });
      const headers = { 'X-API-Key': key };
      const tries = [
        fetch(`${url}/api/v1/me?api_key=${key}`, { headers }),
        fetch(`${url}/api/v1/nowhere?key=${key}`),
        fetch(`${url}/api/v1/api-keys?search=${key}`, { headers }),
        fetch(`${url}/api/v1/me`, { headers: { 'X-API-Key': `${key}x` } }),
        fetch(`${url}/api/v1/ping`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: `{"${key}`,
        }),
        fetch(`${url}/api/v1/api-keys`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify({ name: key }),
        }),
      ];
      const statuses = (await Promise.all(tries)).map(({ status }) => status);
      expect(statuses).toEqual([200, 404, 200, 401, 400, 400]);
      const id = key.split('_')[1]!;
      const revoked = await post(`${url}/api/v1/api-keys/${id}/revoke`, { reason: 'done' }, headers);
      expect(revoked).toMatchObject({ status: 200, body: { status: 'revoked' } });
    }
    expect(existsSync(join(folder, 'keys.db-wal'))).toBe(true);
    const read = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
    const whileRunning = read();
    expect(await server.kill()).toBe(0);
    const everything = [...whileRunning, ...read()].join('\n');
    expect(everything.match(/\$2b\$10\$[./0-9A-Za-z]{53}/g)!.length).toBeGreaterThanOrEqual(keys.length);
    expect(everything).not.toMatch(/\$2b\$(?!10\$)/);
    expect(server.output).toMatch(/POST \/api\/v1\/ping 200/);
    for (const key of keys) {
      const secret = key.split('_')[2]!;
      for (const text of [everything, server.output]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(secret.slice(0, 30));
      }
      expect(everything).toContain(key.split('_')[1]);
    }
    expect(server.output).not.toMatch(/x-api-key|set-cookie|chameleon_session|\?/i);
    expect(everything + server.output).not.toContain(PASSWORD);
  });
});
