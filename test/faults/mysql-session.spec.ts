import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createConnection } from 'mysql2/promise';
import { MIGRATIONS } from '../../migrations/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { databaseOptions, SchemaDataSource, StartupLock, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { openDatabase } from '../support/database.js';
import { DATABASES, type DatabaseKind } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { expectProblem } from '../support/problem.js';
import { until } from '../support/until.js';

const onMariadb = DATABASES.length > 1 ? describe : describe.skip;

/** Server settings that conflict with what the queries rely on. */
const HOSTILE = [
  '--sql-mode=NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE,PAD_CHAR_TO_FULL_LENGTH',
  '--character-set-server=latin1',
  '--skip-character-set-client-handshake',
  '--autocommit=0',
  '--completion-type=CHAIN',
  '--transaction-isolation=SERIALIZABLE',
  '--transaction-read-only=1',
  '--default-time-zone=+05:45',
  '--default-storage-engine=Aria',
  '--wait-timeout=2',
];
/** The ID of the connection with the startup lock of the current database. */
const LOCK_HOLDER = "IS_USED_LOCK(LEFT(CONCAT('chameleon.start.', DATABASE()), 64))";
const HOSTILE_GLOBALS =
  'SET GLOBAL sql_safe_updates = 1, GLOBAL sql_select_limit = 1, GLOBAL sql_auto_is_null = 1';

onMariadb('on a MariaDB with unusual defaults', () => {
  let server: PrivateService;
  let kind: DatabaseKind;
  let app: TestApp;

  beforeAll(async () => {
    server = await PrivateService.mariadb(...HOSTILE);
    await server.start();
    const url = `mariadb://root@127.0.0.1:${server.port}`;
    const run = async (statement: string) => {
      const connection = await createConnection({ uri: url.replace('mariadb:', 'mysql:') });
      await connection.query('SET SESSION TRANSACTION READ WRITE');
      await connection.query(statement);
      await connection.end();
    };
    await run(HOSTILE_GLOBALS);
    kind = {
      name: 'MariaDB',
      create: async () => {
        const name = `test_${Math.random().toString(36).slice(2)}`;
        await run(`CREATE DATABASE ${name}`);
        return { url: `${url}/${name}`, drop: () => run(`DROP DATABASE ${name}`) };
      },
    };
    app = await TestApp.start(kind);
  }, 60_000);

  afterAll(async () => {
    await app.stop();
    await server.remove();
  });

  it.each(["it's", "'; DROP TABLE users; --", '\\', "\\'", '"', '%_', '密钥 🔑', "\\' OR 1=1 -- "])(
    'stores the name %j unchanged',
    async (name) => {
      const { key } = await app.createCaller();
      const created = await app.http
        .post('/api/v1/api-keys')
        .set('X-API-Key', key)
        .send({ name })
        .expect(201);
      expect(created.body.name).toBe(name.trim());
      const found = await app.http
        .get(`/api/v1/api-keys/${created.body.id}`)
        .set('X-API-Key', key)
        .expect(200);
      expect(found.body.name).toBe(name.trim());
      const renamed = { name: `${name} 2` };
      await app.http
        .patch(`/api/v1/api-keys/${created.body.id}`)
        .set('X-API-Key', key)
        .send(renamed)
        .expect(200);
      const list = await app.http
        .get('/api/v1/api-keys')
        .query({ search: name })
        .set('X-API-Key', key)
        .expect(200);
      expect(list.body.data).toHaveLength(1);
    },
  );

  it('prevents SQL injection into sign-in and roles', async () => {
    const email = "\\' OR role = 'admin' -- @example.com";
    const signIn = await app.http.post('/api/v1/auth/sign-in').send({ email, password: 'x' });
    expectProblem(signIn, 401, 'sign_in_failed');
    const user = await app.createUser();
    const cookie = await app.signIn(user.email);
    const name = "\\', role = 'admin' WHERE 1 = 1 -- ";
    await app.http.patch('/api/v1/me').set('Cookie', cookie).send({ name }).expect(200);
    const me = await app.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
    expect(me.body.user).toMatchObject({ role: 'standard', name: name.trim() });
  });

  it('stores times in UTC and rows in InnoDB, and commits each write once', async () => {
    const { user, id } = await app.createCaller();
    const cookie = await app.signIn(user.email);
    const { body } = await app.http.get(`/api/v1/api-keys/${id}`).set('Cookie', cookie).expect(200);
    expect(Math.abs(Date.parse(body.createdAt as string) - Date.now())).toBeLessThan(60_000);
    const connection = await createConnection({ uri: app.database.url.replace('mariadb:', 'mysql:') });
    const [tables] = await connection.query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND engine <> 'InnoDB' LIMIT 100",
    );
    expect(tables).toEqual([]);
    const [created] = await connection.query(
      `SELECT created_at AS at FROM api_keys WHERE id = ${connection.escape(id)}`,
    );
    expect(created).toHaveLength(1);
    await connection.end();
  });

  it('prepares every connection, including those of the migration command line and the start lock', async () => {
    const other = await kind.create();
    // Migrates on its own connections.
    const one = await openDatabase(other.url);
    const names = ['sql_mode', 'autocommit', 'tx_isolation', 'time_zone', 'max_statement_time'];
    const query = `SELECT ${names.map((name) => `@@${name} AS ${name}`).join(', ')}, @@character_set_client AS charset`;
    const found = await Promise.all(
      Array.from({ length: 10 }, () =>
        one.database.read((manager) => manager.query(`${query}, SLEEP(0.05)`)),
      ),
    );
    for (const rows of found)
      expect(rows).toMatchObject([
        {
          sql_mode: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
          autocommit: '1',
          tx_isolation: 'READ-COMMITTED',
          time_zone: '+00:00',
          charset: 'utf8mb4',
        },
      ]);
    expect(Number((found[0] as { max_statement_time: string }[])[0]!.max_statement_time)).toBe(0.9);
    await one.database.write(SYSTEM_AUTHOR, ({ manager }) => manager.query('UPDATE users SET name = name'));
    await one.close();
    await other.drop();
  });

  it('also stops a slow query on the server, and keeps its connection', async () => {
    const other = await kind.create();
    const one = await openDatabase(other.url);
    const idOf = async () => {
      const [row] = await one.database.read((manager) => manager.query('SELECT CONNECTION_ID() AS id'));
      return (row as { id: string }).id;
    };
    const id = await idOf();
    const slow = one.database.read((manager) =>
      manager.query('SELECT COUNT(*) FROM seq_1_to_1000000 AS one, seq_1_to_1000000 AS other'),
    );
    await expect(slow).rejects.toMatchObject({ kind: { status: 503, code: 'unavailable' } });
    expect(await idOf()).toBe(id);
    await one.close();
    await other.drop();
  });

  it('keeps the startup lock and its connection while a migration takes long', async () => {
    const other = await kind.create();
    const settings = parseEnv({ DATABASE_URL: other.url });
    const lock = await StartupLock.open(settings, MIGRATIONS);
    const lastQueryWithLock = `SELECT query_id FROM information_schema.processlist WHERE id = ${LOCK_HOLDER}`;
    await lock.run(async (connections) => {
      // Longer than the server lets connections idle by default.
      await sleep(3_000);
      const [before] = await connections.query(lastQueryWithLock);
      expect(before).toBeDefined();
      const hasSentQuery = async () => {
        const [now] = await connections.query(lastQueryWithLock);
        return now.query_id !== before.query_id;
      };
      await until(hasSentQuery);
    });
    await other.drop();
  });

  it('logs that the startup lock was lost, and stops the start', async () => {
    const other = await kind.create();
    const lock = await StartupLock.open(parseEnv({ DATABASE_URL: other.url }), MIGRATIONS);
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const hasLogged = () => logged.mock.calls.some(([line]) => String(line).includes('lock was lost'));
    const start = lock.run(async (connections) => {
      const [{ id }] = await connections.query(`SELECT ${LOCK_HOLDER} AS id`);
      await connections.query(`KILL ${id}`);
      await until(() => Promise.resolve(hasLogged()));
    });
    await expect(start).rejects.toThrow(/connection/i);
    logged.mockRestore();
    await other.drop();
  });

  it('sets no time limit for the migration command line', async () => {
    const other = await kind.create();
    const settings = parseEnv({ DATABASE_URL: other.url });
    const line = await new SchemaDataSource(
      databaseOptions(settings, 'migrations', { migrations: MIGRATIONS }),
    ).initialize();
    await line.query('DO SLEEP(1.2)');
    const [{ bound }] = await line.query('SELECT @@max_statement_time AS bound');
    expect(Number(bound)).toBe(0);
    await line.destroy();
    await other.drop();
  });
});
