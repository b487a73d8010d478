import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageRecorder } from '../../src/modules/usage/index.js';
import { cookieOf, PASSWORD, TestApp } from '../support/app.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { apiKeyRow } from '../support/rows.js';
import { ServerProcess } from '../support/server-process.js';

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

const KEYS = 600;
const ROUND_TRIP_MS = 80;

onMariadb('the usage of keys, with a slow MariaDB', () => {
  let database: TestDatabase;
  let network: FlakyNetwork;
  let farUrl: string;

  beforeEach(async () => {
    database = await mariadb!.create();
    const url = new URL(database.url);
    network = await FlakyNetwork.to(url.hostname, Number(url.port || 3306));
    url.host = `127.0.0.1:${network.port}`;
    farUrl = url.href;
  });

  afterEach(async () => {
    network.resume();
    await network.close();
    await database.drop();
  });

  /** Counts the stored keys with a last use, and the stored requests. */
  async function stored(): Promise<{ used: number; requests: number }> {
    const connection = await createConnection({ uri: database.url.replace('mariadb:', 'mysql:') });
    const [rows] = await connection.query(
      `SELECT (SELECT COUNT(last_used_at) FROM api_keys) AS used,
              (SELECT SUM(accepted) FROM usage_hours) AS requests`,
    );
    await connection.end();
    const [{ used, requests }] = rows as [{ used: number; requests: string | null }];
    return { used, requests: Number(requests) };
  }

  it(`is written in time for ${KEYS} keys, and the rest at shutdown`, async () => {
    const app = await TestApp.start(mariadb!, { database: { url: farUrl, drop: () => database.drop() } });
    const { id: userId } = await app.createUser();
    const rows = Array.from({ length: KEYS }, () => apiKeyRow({ userId }));
    await app.nest.get(DataSource).manager.insert(ApiKeyEntity, rows);
    const recorder = app.nest.get(UsageRecorder);
    const requestAll = () => {
      for (const { id } of rows) {
        recorder.count(id, 'accepted');
        recorder.noteUse(id, '203.0.113.7', undefined);
      }
    };

    network.delayMs = ROUND_TRIP_MS;
    requestAll();
    const begin = performance.now();
    await recorder.flush();
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(await stored()).toEqual({ used: KEYS, requests: KEYS });

    requestAll();
    await app.stop();
    expect(await stored()).toEqual({ used: KEYS, requests: 2 * KEYS });
  });

  it('is logged as lost if the database is too slow at shutdown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
    const server = await ServerProcess.spawn(folder, {
      DATABASE_URL: farUrl,
      ADMIN_EMAIL: 'root@example.com',
      ADMIN_PASSWORD: PASSWORD,
      BCRYPT_COST: '4',
    });
    try {
      await server.ready();
      const send = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
        const init = { method, headers: { 'Content-Type': 'application/json', ...headers } };
        return fetch(`${server.url}/api/v1/${path}`, {
          ...init,
          ...(body && { body: JSON.stringify(body) }),
        });
      };
      const signedIn = await send(
        'POST',
        'auth/sign-in',
        {},
        { email: 'root@example.com', password: PASSWORD },
      );
      const Cookie = cookieOf({ headers: { 'set-cookie': signedIn.headers.getSetCookie() } });
      const created = await send('POST', 'api-keys', { Cookie }, { name: 'Used to the end' });
      const { key } = (await created.json()) as { key: string };
      const ping = async () =>
        expect((await send('POST', 'ping', { 'X-API-Key': key }, {})).status).toBe(200);
      await ping();

      network.stall();
      for (let i = 0; i < 3; i++) await ping();
      await server.kill('SIGTERM');
      // The first write may have succeeded.
      expect(server.stderr).toMatch(
        /The process is exiting without having written the usage of [12] keys \([34] requests\)\./,
      );
    } finally {
      await server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
