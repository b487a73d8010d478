import { jest } from '@jest/globals';
import { DataSource, type QueryRunner } from 'typeorm';
import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { databaseOptions, SchemaDataSource, StartupLock } from '../../src/database/index.js';
import { DATABASES, onEachDatabase, type TestDatabase } from '../support/databases.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { gate } from '../support/gate.js';
import { LogLines } from '../support/log-lines.js';
import { freePort } from '../support/server-process.js';

const optionsFor = (url: string) =>
  databaseOptions(parseEnv({ DATABASE_URL: url }), 'migrations', { migrations: MIGRATIONS });

/** This many migrations create the tables of users, keys and usage. */
const FIRST_WITH_USAGE = 3;

/** Describes the schema in an order that does not depend on its history. */
async function schemaOf(dataSource: DataSource): Promise<string[]> {
  const rows = (sql: string) => dataSource.query<Record<string, unknown>[]>(sql);
  const found =
    dataSource.options.type === 'better-sqlite3'
      ? [
          ...(await rows(
            `SELECT t.name AS of, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
           FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'`,
          )),
          ...(await rows(
            `SELECT t.name AS of, i.name, i."unique", c.seqno, c.name AS part
           FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c WHERE t.type = 'table'`,
          )),
          ...(await rows(
            `SELECT t.name AS of, k.* FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'`,
          )),
        ]
      : [
          ...(await rows(
            `SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_KEY, EXTRA, COLLATION_NAME,
           GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()`,
          )),
          ...(await rows(
            `SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME FROM information_schema.STATISTICS
           WHERE TABLE_SCHEMA = DATABASE()`,
          )),
          ...(await rows(
            `SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
           FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE()`,
          )),
        ];
  return found
    .map((row) => JSON.stringify(row))
    .filter((row) => !row.includes('"typeorm_metadata"') && !row.includes('"sqlite_sequence"'))
    .sort();
}

onEachDatabase((kind) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await kind.create();
  });

  afterEach(() => database.drop());

  /** Runs the work with a connection that knows only the first `count` migrations. */
  async function withFirst<T>(count: number, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const migrations = MIGRATIONS.slice(0, count);
    const dataSource = await new DataSource({ ...optionsFor(database.url), migrations }).initialize();
    return work(dataSource).finally(() => dataSource.destroy());
  }

  it('reverts each migration to the previous schema, with rows in the tables', async () => {
    const schemas: string[][] = [[]];
    for (let count = 1; count <= MIGRATIONS.length; count++) {
      await withFirst(count, async (dataSource) => {
        expect(await dataSource.runMigrations()).toHaveLength(1);
        schemas[count] = await schemaOf(dataSource);
        if (count === FIRST_WITH_USAGE) await fill(dataSource);
      });
    }
    for (let count = MIGRATIONS.length; count > FIRST_WITH_USAGE; count--) {
      await withFirst(count, async (dataSource) => {
        await dataSource.undoLastMigration();
        expect(await schemaOf(dataSource)).toEqual(schemas[count - 1]);
        const found = await dataSource.query<object[]>(
          `SELECT u.name AS name FROM users u JOIN api_keys k ON k.user_id = u.id
           JOIN usage_hours h ON h.api_key_id = k.id`,
        );
        expect(found).toEqual([{ name: 'Ada' }]);
      });
    }
    for (let count = FIRST_WITH_USAGE; count > 1; count--) {
      await withFirst(count, async (dataSource) => {
        await dataSource.undoLastMigration();
        expect(await schemaOf(dataSource)).toEqual(schemas[count - 1]);
      });
    }
  });

  async function fill(dataSource: DataSource): Promise<void> {
    const time = "'2026-01-05 09:30:00.000'";
    await dataSource.query(
      `INSERT INTO users (id, email, name, name_folded, role, status, password_hash, password_is_temporary, created_at, updated_at)
       VALUES ('u', 'ada@example.com', 'Ada', 'ada', 'standard', 'active', 'x', 0, ${time}, ${time})`,
    );
    await dataSource.query(
      `INSERT INTO api_keys (id, user_id, prefix, prefix_folded, name, name_folded, hash, created_at)
       VALUES ('k', 'u', 'chm', 'chm_k', 'Key', 'key', 'x', ${time})`,
    );
    await dataSource.query("INSERT INTO usage_hours VALUES ('k', 1, 1, 1, 1)");
  }

  it('forgets the requirements of a reverted migration, and fails on a read-only database', async () => {
    const schema = await new SchemaDataSource(optionsFor(database.url)).initialize();
    await schema.runMigrations();
    const requirements = async () => {
      const rows = await schema.query<{ migration: string }[]>(
        'SELECT migration FROM migration_requirements',
      );
      return new Set(rows.map(({ migration }) => migration));
    };
    const names = MIGRATIONS.map((migration) => new migration().name);
    expect(await requirements()).toEqual(new Set(names));
    await schema.undoLastMigration();
    expect(await requirements()).toEqual(new Set(names.slice(0, -1)));
    await schema.runMigrations();
    await schema.query(
      kind.name === 'SQLite' ? 'PRAGMA query_only = 1' : 'SET SESSION TRANSACTION READ ONLY',
    );
    // No migration is pending.
    await expect(schema.runMigrations()).rejects.toThrow(/readonly|READ ONLY/);
    await schema.destroy();
  });
});

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
(mariadb ? describe : describe.skip)('a start on MariaDB', () => {
  let database: TestDatabase;
  let log: LogLines;

  beforeEach(async () => {
    database = await mariadb!.create();
    log = LogLines.record();
  });

  afterEach(async () => {
    log.stop();
    jest.restoreAllMocks();
    await database.drop();
  });

  const lockFor = (url = database.url) => StartupLock.open(parseEnv({ DATABASE_URL: url }), MIGRATIONS);

  it('lets a migration exceed the time limit of requests', async () => {
    const lock = await lockFor();
    await lock.run((connection) => connection.query('DO SLEEP(1.1)'));
    const [bound] = await lock.run((connection) =>
      connection.query<{ bound: string }[]>('SELECT @@max_statement_time AS bound'),
    );
    expect(Number(bound!.bound)).toBe(0);
  });

  it("waits for another instance's migration, however long it takes, and logs that it waits", async () => {
    // Shortens the wait for the lock, which is five seconds per attempt.
    const queries: unknown[] = [];
    const runners: { query: QueryRunner['query'] } = MysqlQueryRunner.prototype;
    const { query } = runners;
    jest.spyOn(runners, 'query').mockImplementation(function (this: QueryRunner, sql, parameters) {
      if (!sql.includes('GET_LOCK')) return query.call(this, sql, parameters);
      queries.push(parameters);
      return query.call(this, sql, [0.02]);
    });
    const [one, other] = [await lockFor(), await lockFor()];
    const [started, waited, done] = [gate(), gate(), gate()];
    const steps: string[] = [];
    const first = one.run(async () => {
      started.open();
      await done.opened;
      steps.push('first');
    });
    await started.opened;
    const second = other.run(() => Promise.resolve(void steps.push('second')));
    const patience = setInterval(() => log.lines.length >= 3 && waited.open(), 5);
    await waited.opened;
    clearInterval(patience);
    expect(steps).toEqual([]);
    // Instances with another database on the same server do not wait.
    const otherDatabase = await mariadb!.create();
    const third = await lockFor(otherDatabase.url);
    expect(await third.run(() => Promise.resolve('elsewhere'))).toBe('elsewhere');
    await otherDatabase.drop();
    done.open();
    await Promise.all([first, second]);
    expect(steps).toEqual(['first', 'second']);
    expect(new Set(log.lines)).toEqual(
      new Set(['Waiting for another instance to finish starting or migrating the database.']),
    );
    expect(queries.length).toBeGreaterThanOrEqual(4);
    expect(queries).toEqual(queries.map(() => [5]));
  });

  it('waits for a database server that starts up, but not for a missing database', async () => {
    const url = new URL(database.url);
    const network = await FlakyNetwork.to(url.hostname, await freePort());
    const target = Number(url.port || 3306);
    url.host = `127.0.0.1:${network.port}`;
    const lock = await lockFor(url.href);
    const running = lock.run((connection) => connection.query('SELECT 1 AS one'));
    const patience = setInterval(() => log.lines.length > 0 && network.redirectTo(target), 5);
    expect(await running).toMatchObject([{ one: 1 }]);
    clearInterval(patience);
    await network.close();
    expect(log.lines).toEqual([expect.stringMatching(/^Waiting for the database: /)]);
    const nowhere = await lockFor(`${database.url}_nowhere`);
    await expect(nowhere.run(() => Promise.resolve())).rejects.toThrow(/does not exist\. Create it/);
    expect(log.lines).toHaveLength(1);
  });
});
