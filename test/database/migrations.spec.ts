import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { parseEnv } from '../../src/settings/index.js';
import { ENTITIES } from '../../src/data-source.js';
import { CURRENT_BUILD, isOlderBuild } from '../../src/database/schema/build-compatibility.js';
import { databaseOptions, SchemaDataSource, StartupLock } from '../../src/database/index.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { TemporaryPasswordsEnd1764000400000 } from '../../migrations/1764000400000-temporary-passwords-end.js';
import { UsageByUser1764100000000 } from '../../migrations/1764100000000-usage-by-user.js';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity, UserUsageHourEntity } from '../../src/modules/usage/index.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { apiKeyRow, userRow } from '../support/rows.js';
import { DATABASES, onEachDatabase, type TestDatabase } from '../support/databases.js';

const optionsFor = ({ url }: TestDatabase) =>
  databaseOptions(parseEnv({ DATABASE_URL: url }), 'requests', {
    entities: ENTITIES,
    migrations: MIGRATIONS,
  });

/** The tables except those of the database itself and of TypeORM. */
async function tablesOf(dataSource: DataSource): Promise<string[]> {
  const query =
    dataSource.options.type === 'better-sqlite3'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : 'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()';
  const tables: { name: string }[] = await dataSource.query(query);
  return tables
    .map(({ name }) => name)
    .filter((name) => name !== 'migrations' && name !== 'typeorm_metadata')
    .sort();
}

onEachDatabase((kind) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await kind.create();
    dataSource = await new DataSource(optionsFor(database)).initialize();
    await dataSource.runMigrations();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('migrates an empty database up, down and up again, without drift from the entities', async () => {
    const empty = await kind.create();
    const fresh = await new DataSource(optionsFor(empty)).initialize();
    const tables = ENTITIES.map((entity) => fresh.getMetadata(entity).tableName).sort();

    expect(await fresh.runMigrations()).toHaveLength(MIGRATIONS.length);
    expect(await tablesOf(fresh)).toEqual(tables);
    for (const _ of MIGRATIONS) await fresh.undoLastMigration();
    expect(await tablesOf(fresh)).toEqual([]);
    expect(await fresh.runMigrations()).toHaveLength(MIGRATIONS.length);
    expect(await tablesOf(fresh)).toEqual(tables);
    expect(await fresh.runMigrations()).toHaveLength(0);

    const { upQueries } = await fresh.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await fresh.destroy();
    await empty.drop();
  });

  it('detects drift', async () => {
    await dataSource.query(`DROP INDEX users_role_newest ${kind.name === 'SQLite' ? '' : 'ON users'}`);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).join()).toContain('users_role_newest');
    await dataSource.query('CREATE INDEX users_role_newest ON users (role, status, created_at, id)');
  });

  it('rejects rows that reference missing users', async () => {
    const columns = 'user_id, idempotency_key, request_hash, api_key_id, created_at';
    const insert = `INSERT INTO idempotency_records (${columns}) VALUES ('nobody', 'a', 'b', 'c', '2026-01-01')`;
    await expect(dataSource.query(insert)).rejects.toThrow(/foreign key/i);
  });

  describe('after a migration of a newer build', () => {
    const warnings: string[] = [];
    const run = (statement: string, values: unknown[] = []) => dataSource.query(statement, values);
    const start = async () => {
      const schema = await new SchemaDataSource(optionsFor(database)).initialize();
      warnings.length = 0;
      Logger.overrideLogger({ warn: (line) => warnings.push(String(line)), log: () => {}, error: () => {} });
      return schema.runMigrations().finally(() => schema.destroy());
    };

    beforeAll(() => start());

    afterEach(async () => {
      await run("DELETE FROM migrations WHERE name LIKE 'Newer%'");
      await run("DELETE FROM migration_requirements WHERE migration LIKE 'Newer%'");
    });

    it.each([
      ['that says so', '0.1.0'],
      ['that says nothing', null],
    ])('starts and warns if the migration excludes no build, or one %s', async (_, oldestBuild) => {
      await run("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')");
      if (oldestBuild)
        await run('INSERT INTO migration_requirements VALUES (?, ?)', ['Newer9999999999999', oldestBuild]);
      await start();
      expect(warnings).toEqual([expect.stringMatching(/changed by a newer build \(Newer9999999999999\)/)]);
    });

    it('refuses to start if the migration needs a newer build, and names that build', async () => {
      await run("INSERT INTO migrations (timestamp, name) VALUES (9999999999998, 'Newer9999999999998')");
      await run("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')");
      await run("INSERT INTO migration_requirements VALUES ('Newer9999999999998', '0.10.0')");
      await expect(start()).rejects.toThrow(
        /Newer9999999999998, which requires build 0\.10\.0 or newer\. This is build/,
      );
    });

    it('stores the requirements of each migration in the database', async () => {
      const rows: { migration: string; oldest_build: string }[] = await run(
        'SELECT * FROM migration_requirements',
      );
      expect(rows.map(({ migration }) => migration).sort()).toEqual(
        MIGRATIONS.map((migration) => new migration().name).sort(),
      );
      for (const { oldest_build } of rows) expect(isOlderBuild(CURRENT_BUILD, oldest_build)).toBe(false);
    });
  });

  it('lets existing temporary passwords expire 72 hours from now', async () => {
    const migration = new TemporaryPasswordsEnd1764000400000();
    const users = dataSource.getRepository(UserEntity);
    const [temporary, own] = [userRow({ passwordIsTemporary: true }), userRow()];
    await users.insert([temporary, own]);
    const runner = dataSource.createQueryRunner();
    await migration.down(runner);
    const startedAt = Date.now();
    // Twice, because an interrupted start repeats it.
    for (let times = 0; times < 2; times++) await migration.up(runner);
    await runner.release();
    const endsAt = (await users.findOneByOrFail({ id: temporary.id })).passwordEndsAt!.getTime();
    expect(endsAt).toBeGreaterThanOrEqual(startedAt + 72 * 3_600_000);
    expect(endsAt).toBeLessThanOrEqual(Date.now() + 72 * 3_600_000);
    expect((await users.findOneByOrFail({ id: own.id })).passwordEndsAt).toBeNull();
    await users.delete([temporary.id, own.id]);
  });

  it("adds up the usage of each user's keys", async () => {
    const migration = new UsageByUser1764100000000();
    const [ada, bob] = [userRow(), userRow()];
    const keys = [ada, ada, bob].map(({ id }) => apiKeyRow({ userId: id }));
    const hours = [1, 30, 9_000];
    await dataSource.getRepository(UserEntity).insert([ada, bob]);
    await dataSource.getRepository(ApiKeyEntity).insert(keys);
    const rows = keys.flatMap(({ id }) =>
      hours.map((hour) => ({ apiKeyId: id, hour, accepted: hour, limited: 1, denied: 2 ** 40 })),
    );
    await dataSource.getRepository(UsageHourEntity).insert(rows);
    const runner = dataSource.createQueryRunner();
    await migration.down(runner);
    // Twice, because an interrupted start repeats it.
    for (let times = 0; times < 2; times++) await migration.up(runner);
    await runner.release();
    const sums = (userId: string, ofKeys: number) =>
      hours.map((hour) => ({
        userId,
        hour,
        accepted: ofKeys * hour,
        limited: ofKeys,
        denied: ofKeys * 2 ** 40,
      }));
    const users = dataSource.getRepository(UserUsageHourEntity);
    for (const [{ id: userId }, ofKeys] of [
      [ada, 2],
      [bob, 1],
    ] as const)
      expect(await users.find({ where: { userId }, order: { hour: 'ASC' } })).toEqual(sums(userId, ofKeys));
    expect(await users.count()).toBe(6);
    for (const repository of [users, dataSource.getRepository(UsageHourEntity)]) await repository.deleteAll();
    await dataSource.getRepository(ApiKeyEntity).delete(keys.map(({ id }) => id));
    await dataSource.getRepository(UserEntity).delete([ada.id, bob.id]);
  });

  it('creates the same tables at start as on the command line', async () => {
    const fresh = await kind.create();
    const lock = await StartupLock.open(parseEnv({ DATABASE_URL: fresh.url }), MIGRATIONS);
    try {
      await lock.run((connection) => connection.runMigrations());
      const found = await lock.run((connection) => tablesOf(connection));
      expect(found).toEqual(await tablesOf(dataSource));
    } finally {
      lock.release();
      await fresh.drop();
    }
  });
});

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

onMariadb('on MariaDB only', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await mariadb!.create();
  });

  afterEach(() => database.drop());

  const lockFor = () => StartupLock.open(parseEnv({ DATABASE_URL: database.url }), MIGRATIONS);

  it("compares strings byte by byte, although the database's default is latin1", async () => {
    const lock = await lockFor();
    await lock.run(async (connection) => {
      await connection.runMigrations();
      const [setting] = await connection.query('SELECT @@character_set_database AS name');
      expect(setting).toEqual({ name: 'latin1' });
      const columns: { place: string; collation: string }[] = await connection.query(
        `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS place, COLLATION_NAME AS collation
         FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 'migrations' AND COLLATION_NAME IS NOT NULL`,
      );
      expect(columns.length).toBeGreaterThan(20);
      expect(columns.filter(({ collation }) => collation !== 'utf8mb4_bin')).toEqual([]);
    });
  });

  it('stores times with millisecond precision', async () => {
    const lock = await lockFor();
    await lock.run(async (connection) => {
      await connection.runMigrations();
      const columns: { precise: number }[] = await connection.query(
        `SELECT DATETIME_PRECISION AS precise FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND DATA_TYPE = 'datetime'`,
      );
      expect(columns.length).toBeGreaterThan(8);
      expect(columns.every(({ precise }) => Number(precise) === 3)).toBe(true);
    });
  });

  it('resumes after a kill at any step, up and down', async () => {
    const dataSource = await new DataSource(optionsFor(database)).initialize();
    let isOver = false;
    // Each start executes one schema change, then the process is killed.
    dataSource.subscribers.push({
      beforeQuery: ({ query }) => {
        if (!/^\s*(CREATE|ALTER|DROP|INSERT|DELETE|UPDATE)/i.test(query)) return;
        if (isOver) throw new Error('killed');
        isOver = /^\s*(CREATE|ALTER|DROP)/i.test(query);
      },
    });
    const untilItRuns = async (work: () => Promise<unknown>): Promise<number> => {
      for (let starts = 1; ; starts++) {
        isOver = false;
        const killed = await work().then(
          () => null,
          (error: Error) => error,
        );
        if (!killed) return starts;
        expect(killed.message).toBe('killed');
      }
    };
    expect(await untilItRuns(() => dataSource.runMigrations())).toBeGreaterThan(MIGRATIONS.length);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    for (const _ of MIGRATIONS) await untilItRuns(() => dataSource.undoLastMigration());
    expect(await tablesOf(dataSource)).toEqual([]);
    await dataSource.destroy();
  });

  it('creates one schema when three instances start together on an empty database', async () => {
    const locks = await Promise.all([lockFor(), lockFor(), lockFor()]);
    const ran = await Promise.all(locks.map((lock) => lock.run((connection) => connection.runMigrations())));
    expect(ran.map((migrations) => migrations.length).sort()).toEqual([0, 0, MIGRATIONS.length]);
    const recorded = await locks[0].run((connection) => connection.query('SELECT name FROM migrations'));
    expect(recorded).toHaveLength(MIGRATIONS.length);
  });

  it('runs the work of one instance at a time, and continues after a failure', async () => {
    const locks = await Promise.all([lockFor(), lockFor(), lockFor()]);
    let inside = 0;
    let most = 0;
    const work = (fails: boolean) => async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 50));
      inside--;
      if (fails) throw new Error('failed');
      return 'done';
    };
    const outcomes = await Promise.allSettled(locks.map((lock, index) => lock.run(work(index === 0))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(most).toBe(1);
  });
});

it('prevents a second server from opening the same SQLite file', async () => {
  const database = await DATABASES[0]!.create();
  const settings = parseEnv({ DATABASE_URL: database.url });
  const first = await StartupLock.open(settings, MIGRATIONS);
  await expect(StartupLock.open(settings, MIGRATIONS)).rejects.toThrow(
    /Another server is already using the SQLite file/,
  );
  first.release();
  const second = await StartupLock.open(settings, MIGRATIONS);
  second.release();
  await database.drop();
});

it('knows its own version, and which of two versions is older', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(CURRENT_BUILD).toBe(version);
  expect(isOlderBuild('0.9.9', '0.10.0')).toBe(true);
  expect(isOlderBuild('1.0', '0.10.0')).toBe(false);
  expect(isOlderBuild('1.2.3', '1.2.3')).toBe(false);
});
