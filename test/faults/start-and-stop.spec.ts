import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';
import { freePort, ServerProcess } from '../support/server-process.js';

const ADMIN = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'a long enough password' };

let folder: string;
let servers: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGKILL')));
  servers = [];
  rmSync(folder, { recursive: true, force: true });
});

async function spawn(env: Record<string, string>): Promise<ServerProcess> {
  const sqlite = { DATABASE_URL: `sqlite:${join(folder, 'keys.db')}` };
  const server = await ServerProcess.spawn(folder, { ...sqlite, ...ADMIN, BCRYPT_COST: '4', ...env });
  servers.push(server);
  return server;
}

interface TextResponse {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** Sends a request on a new connection, or on one of the agent's. */
const send = (
  { url }: { url: string },
  path: string,
  { agent = new Agent(), method = 'GET' }: { agent?: Agent; method?: string } = {},
): Promise<TextResponse> =>
  new Promise((resolve, reject) => {
    const sent = request(url + path, { agent, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });

/** Repeats the request until it gets this status; a refused connection does not count. */
async function until(server: ServerProcess, path: string, status: number): Promise<TextResponse> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await send(server, path).catch(() => null);
    if (response?.status === status) return response;
    await sleep(50);
  }
  throw new Error(`${path} never responds with ${status}:\n${server.output}`);
}

describe('a server that is told to stop', () => {
  it('is not ready at once but keeps serving, until the second signal', async () => {
    const server = await (await spawn({ DRAIN_SECONDS: '3000' })).ready();
    const keepAliveAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await send(server, '/help', { agent: keepAliveAgent })).headers['connection']).toBe('keep-alive');

    server.signal('SIGTERM');
    const notReady = await until(server, '/health/ready', 503);
    expect(JSON.parse(notReady.text)).toMatchObject({ code: 'unavailable', checks: { process: 'stopping' } });
    for (const agent of [keepAliveAgent, new Agent({ keepAlive: true })]) {
      const response = await send(server, '/help', { agent });
      expect({ status: response.status, connection: response.headers['connection'] }).toEqual({
        status: 200,
        connection: 'close',
      });
    }
    expect((await send(server, '/api/v1/me')).headers['connection']).toBe('close');
    expect((await send(server, '/health/live')).status).toBe(200);

    expect(await server.kill('SIGINT')).toBe(0);
    await expect(send(server, '/health/live')).rejects.toThrow();
    expect(server.stderr).toBe('');
  });

  it('keeps serving for five seconds in production, and then stops', async () => {
    const server = await (await spawn({ NODE_ENV: 'production', HOST: '127.0.0.1' })).ready();
    const startedAt = performance.now();
    server.signal('SIGTERM');
    await until(server, '/health/ready', 503);
    expect((await send(server, '/help')).status).toBe(200);
    expect(await server.exit()).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThan(5_000);
  });
});

describe('a server that starts slowly', () => {
  const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
  const onMariadb = mariadb ? it : it.skip;
  let database: TestDatabase | null = null;
  let connection: Connection | null = null;

  afterEach(async () => {
    await connection?.end();
    await database?.drop();
    [connection, database] = [null, null];
  });

  /** Starts a server that waits for a lock that the test holds. */
  async function spawnWaiting(): Promise<ServerProcess> {
    database = await mariadb!.create();
    connection = await createConnection({ uri: database.url.replace('mariadb:', 'mysql:') });
    await connection.query("DO GET_LOCK(LEFT(CONCAT('chameleon.start.', DATABASE()), 64), 0)");
    return spawn({ DATABASE_URL: database.url });
  }

  onMariadb(
    'on MariaDB: reports that it is alive, rejects other requests, and serves once it can',
    async () => {
      const server = await spawnWaiting();
      const live = await until(server, '/health/live', 200);
      expect(JSON.parse(live.text)).toEqual({ status: 'ok', checks: {} });
      expect(live.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect((await send(server, '/health/live?x', { method: 'HEAD' })).status).toBe(200);
      for (const [method, path] of [
        ['GET', '/health/ready'],
        ['POST', '/health/live'],
        ['GET', '/api/v1/me'],
        ['POST', '/api/v1/ping'],
        ['GET', '/sign-in'],
        ['POST', '/sign-in'],
        ['GET', '/nowhere'],
      ]) {
        const response = await send(server, path!, { method: method! });
        const { detail } = expectProblem(response, 503, 'unavailable');
        expect(detail).toBe('The service is starting. Try again shortly.');
        expect(response.headers['retry-after']).toBe('1');
      }

      // One connection for the whole change, because the lock belongs to a connection.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses: number[] = [];
      await connection!.query("DO RELEASE_LOCK(LEFT(CONCAT('chameleon.start.', DATABASE()), 64))");
      while (statuses.at(-1) !== 200) statuses.push((await send(server, '/health/ready', { agent })).status);
      expect(new Set(statuses)).toEqual(new Set([503, 200]));
      expect((await send(server, '/help', { agent })).status).toBe(200);
      agent.destroy();
    },
  );

  onMariadb('on MariaDB: exits at once with 0 when it is told to stop', async () => {
    const server = await spawnWaiting();
    await until(server, '/health/live', 200);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('reports that it is alive while its database is unavailable, and exits with 1 after the timeout', async () => {
    const server = await spawn({ DATABASE_URL: `mariadb://nobody@127.0.0.1:${await freePort()}/keys` });
    await until(server, '/health/live', 200);
    expect((await send(server, '/health/ready')).status).toBe(503);
    expect(await server.exit()).toBe(1);
    expect(server.stderr).toContain('The server cannot run:');
  });
});

describe('a server that cannot listen', () => {
  let other: Server | null = null;

  afterEach(() => {
    other?.close();
    other = null;
  });

  const lastLine = ({ stderr }: ServerProcess) => stderr.trimEnd().split('\n').at(-1);

  it('reports that the port is in use', async () => {
    other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other!.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const server = await spawn({ PORT: String(port) });
    expect(await server.exit()).toBe(1);
    expect(lastLine(server)).toBe(
      `The server cannot run: Port ${port} on 127.0.0.1 is already in use. Stop the program that uses the port, or set PORT to a different number.`,
    );
  });

  it('reports an address of another machine', async () => {
    for (const HOST of ['192.0.2.1', 'nowhere.invalid']) {
      const server = await spawn({ HOST });
      expect(await server.exit()).toBe(1);
      expect(lastLine(server)).toMatch(
        `The server cannot run: HOST is ${HOST}, which is not an address of this machine.`,
      );
    }
  });
});
