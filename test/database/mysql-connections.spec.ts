import type { createConnection, Pool, PoolConnection } from 'mysql2';
import { createConnection as connect } from 'mysql2/promise';
import type { EntityManager } from 'typeorm';
import type { AppError } from '../../src/common/errors/index.js';
import { OutcomeUnknownError, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { preparedMysql } from '../../src/database/mysql/mysql-driver.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { gate } from '../support/gate.js';
import { StoppedClock } from '../support/test-clock.js';

const UNAVAILABLE = { kind: { status: 503, code: 'unavailable' }, headers: { 'Retry-After': '1' } };
const POOL_SIZE = 10;
/** How long an idle connection counts as alive. */
const TRUSTED_MS = 1_000;
/** ER_OPTION_PREVENTS_STATEMENT, as sent by a replica. */
const READ_ONLY = 1290;

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

async function asRoot(statement: string): Promise<void> {
  const connection = await connect({ uri: process.env['MARIADB_FOR_TESTS']!.replace('mariadb:', 'mysql:') });
  await connection.query(statement);
  await connection.end();
}

onMariadb('the connections to a MariaDB', () => {
  let test: TestDatabase;
  let network: FlakyNetwork;
  let clock: StoppedClock;
  let one: OpenDatabase;

  beforeAll(async () => {
    test = await mariadb!.create();
  });

  afterAll(() => test.drop());

  beforeEach(async () => {
    clock = new StoppedClock();
    const url = new URL(test.url);
    network = await FlakyNetwork.to(url.hostname, Number(url.port || 3306));
    url.host = `127.0.0.1:${network.port}`;
    one = await openDatabase(url.href, { migrate: false, clock });
  });

  afterEach(async () => {
    network.resume();
    await one.close().catch(() => undefined);
    await network.close().catch(() => undefined);
  });

  const idSeenBy = async (manager: EntityManager): Promise<string> => {
    const [row] = await manager.query<{ id: string }[]>('SELECT CONNECTION_ID() AS id');
    return row!.id;
  };
  const read = () => one.database.read(idSeenBy);
  const write = () => one.database.write(SYSTEM_AUTHOR, ({ manager }) => idSeenBy(manager));
  /** Makes the server fail a statement with this error number. */
  const fail = (number: number) => (manager: EntityManager) =>
    manager.query(`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${number}, MESSAGE_TEXT = 'no'`);

  /** Starts reads that occupy one connection each until they are released. Rejects if fewer can start at once. */
  async function holdAll(count = POOL_SIZE): Promise<{ release: () => Promise<string[]> }> {
    const { open, opened } = gate();
    let started = 0;
    const all = gate();
    const reads = Array.from({ length: count }, () =>
      one.database.read(async (manager) => {
        const id = await idSeenBy(manager);
        if (++started === count) all.open();
        await opened;
        return id;
      }),
    );
    const release = () => (open(), Promise.all(reads));
    await Promise.race([all.opened, Promise.all(reads)]);
    return { release };
  }

  it('are ten, and each returns to the pool however the work ends', async () => {
    const failing = [
      () => one.database.read(() => Promise.reject(new Error('no'))),
      () => one.database.read(fail(1062)),
      () => one.database.read(fail(READ_ONLY)),
      () => one.database.write(SYSTEM_AUTHOR, () => Promise.reject(new Error('no'))),
      () => one.database.write(SYSTEM_AUTHOR, ({ manager }) => fail(1062)(manager)),
      () =>
        one.database.write(SYSTEM_AUTHOR, async ({ manager }) => asRoot(`KILL ${await idSeenBy(manager)}`)),
    ];
    for (const work of failing)
      for (const outcome of await Promise.allSettled(Array.from({ length: POOL_SIZE }, work)))
        expect(outcome.status).toBe('rejected');
    const ids = await (await holdAll()).release();
    expect(new Set(ids).size).toBe(POOL_SIZE);
  });

  it('report unavailable after waiting one second for a free connection, and leak none', async () => {
    const { release } = await holdAll();
    const outcomes = await Promise.allSettled(Array.from({ length: POOL_SIZE }, read));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({
        reason: { ...UNAVAILABLE, cause: { message: 'No database connection became available in time' } },
      });
    await release();
    await (await holdAll()).release();
  });

  it('report unavailable at once if the server is down, and disclose no details to clients', async () => {
    await network.close();
    for (const outcome of await Promise.allSettled([read(), write()])) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
      const { message } = (outcome as PromiseRejectedResult).reason as AppError;
      expect(message).not.toMatch(/127\.0\.0\.1|ECONN|root|SELECT/);
    }
  });

  it('report unavailable if no further connection can be opened, for any reason', async () => {
    const dropped = await mariadb!.create();
    const other = await openDatabase(dropped.url, { migrate: false });
    await dropped.drop();
    const { open, opened } = gate();
    const held = other.database.read(async (manager) => (await idSeenBy(manager), opened));
    await expect(other.database.read(idSeenBy)).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: { code: 'ER_BAD_DB_ERROR' },
    });
    open();
    await held;
    await other.close();
  });

  it('report unavailable after about one second if the server hangs, and recover afterwards', async () => {
    await read();
    network.stall();
    const outcomes = await Promise.allSettled([read(), write()]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    network.resume();
    await read();
    await write();
  });

  it('report an unknown outcome if the connection is lost during a commit', async () => {
    const change = { subject: 'user', id: 'a' } as const;
    const notes = await openDatabase(test.url);
    let runs = 0;
    const error: unknown = await one.database
      .write(SYSTEM_AUTHOR, async (transaction) => {
        runs++;
        one.bus.invalidate(transaction, change.subject, change.id);
        const id = await idSeenBy(transaction.manager);
        one.dataSource.subscribers.push({ beforeTransactionCommit: () => asRoot(`KILL ${id}`) });
      })
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    await notes.close();
    expect(error).toMatchObject(UNAVAILABLE);
    expect((error as AppError).message).toMatch(/may or may not have been saved/);
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(runs).toBe(1);
    // The commit may have succeeded, so caches must drop the subject.
    expect(one.published).toEqual([change]);
  });

  /** Work that loses its connection in the first `count` runs, with the number of its runs. */
  function losing(count: number) {
    const losses = {
      runs: 0,
      work: async (manager: EntityManager) => {
        if (losses.runs++ < count) await asRoot(`KILL ${await idSeenBy(manager)}`);
        return idSeenBy(manager);
      },
    };
    return losses;
  }

  it('retry a read once after losing the connection', async () => {
    const [once, always] = [losing(1), losing(Infinity)];
    await one.database.read(once.work);
    await expect(one.database.read(always.work)).rejects.toMatchObject(UNAVAILABLE);
    expect([once.runs, always.runs]).toEqual([2, 2]);
  });

  it('do not retry a transaction after losing the connection, and know that nothing was committed', async () => {
    const losses = losing(1);
    const write = one.database.write(SYSTEM_AUTHOR, ({ manager }) => losses.work(manager));
    const error: unknown = await write.catch((reason: unknown) => reason);
    expect(error).toMatchObject(UNAVAILABLE);
    expect([error instanceof OutcomeUnknownError, losses.runs]).toEqual([false, 1]);
  });

  it('do not retry a read that failed for another reason', async () => {
    let runs = 0;
    const reading = one.database.read((manager) => (runs++, fail(1062)(manager)));
    await expect(reading).rejects.toMatchObject({ driverError: { errno: 1062 } });
    expect(runs).toBe(1);
  });

  it.each([
    ['is read-only, because a new connection may reach another server', READ_ONLY, false],
    ['rejects a statement', 1062, true],
  ])('are kept or replaced correctly if the server %s', async (_, number, isKept) => {
    const id = await read();
    await expect(one.database.read(fail(number))).rejects.toBeDefined();
    expect((await read()) === id).toBe(isKept);
  });

  it('are replaced if their ping fails', async () => {
    const id = await read();
    clock.advance(TRUSTED_MS + 1);
    const { pool } = one.dataSource.driver as unknown as { pool: Pool };
    pool.once('acquire', (connection) => {
      connection.ping = (done?: (error: Error) => void) => done?.(new Error('gone'));
    });
    expect(await read()).not.toBe(id);
  });

  it('are kept after a rollback', async () => {
    const id = await read();
    const failed = one.database.write(SYSTEM_AUTHOR, () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await read()).toBe(id);
  });

  it('are pinged after more than one second without use', async () => {
    const pings = countPings(one);
    const id = await read();
    clock.advance(TRUSTED_MS);
    expect([await read(), pings.count]).toEqual([id, 0]);
    clock.advance(TRUSTED_MS + 1);
    expect([await read(), pings.count]).toEqual([id, 1]);
    clock.setBy(60_000);
    expect([await read(), pings.count]).toEqual([id, 1]);
  });

  it('serve every request after a firewall dropped the idle connections, with one ping timeout in total', async () => {
    const pings = countPings(one);
    await (await holdAll()).release();
    clock.advance(TRUSTED_MS + 1);
    network.stallExisting();
    let runs = 0;
    const counted = (manager: EntityManager) => (runs++, idSeenBy(manager));
    for (let request = 0; request < POOL_SIZE; request++) {
      await one.database.read(counted);
      await one.database.write(SYSTEM_AUTHOR, ({ manager }) => counted(manager));
    }
    expect(runs).toBe(2 * POOL_SIZE);
    expect(pings.count).toBe(1);
  });
});

/** Counts the pings of each connection. */
function countPings({ dataSource }: OpenDatabase): { readonly count: number } {
  const pings = { count: 0 };
  const seen = new WeakSet<PoolConnection>();
  (dataSource.driver as unknown as { pool: Pool }).pool.on('acquire', (connection) => {
    if (seen.has(connection)) return;
    seen.add(connection);
    const ping = connection.ping.bind(connection);
    connection.ping = (...args) => (pings.count++, ping(...args));
  });
  return pings;
}

onMariadb('a session', () => {
  const address = new URL(process.env['MARIADB_FOR_TESTS'] ?? 'mariadb://root@127.0.0.1');
  const options = { host: address.hostname, port: Number(address.port || 3306), user: address.username };
  /** The session variables that the queries rely on, each with a different value that a server may have. */
  const VARIABLES: Record<string, [ours: string, theirs: string]> = {
    sql_mode: [
      'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      'NO_BACKSLASH_ESCAPES',
    ],
    autocommit: ['ON', 'OFF'],
    completion_type: ['NO_CHAIN', 'CHAIN'],
    time_zone: ['+00:00', '+05:45'],
    default_storage_engine: ['InnoDB', 'Aria'],
    foreign_key_checks: ['ON', 'OFF'],
    unique_checks: ['ON', 'OFF'],
    sql_auto_is_null: ['OFF', 'ON'],
    sql_safe_updates: ['OFF', 'ON'],
    sql_big_selects: ['ON', 'OFF'],
    sql_select_limit: ['18446744073709551615', '1'],
    tx_isolation: ['READ-COMMITTED', 'SERIALIZABLE'],
    tx_read_only: ['OFF', 'ON'],
    max_statement_time: ['0.900000', '0.000000'],
    character_set_client: ['utf8mb4', 'latin1'],
    collation_connection: ['utf8mb4_bin', 'latin1_swedish_ci'],
  };

  it("has the variables that the queries rely on, whatever the server's defaults", async () => {
    const pool = preparedMysql(900).createPool({ ...options, connectionLimit: 1, multipleStatements: false });
    pool.prependListener('connection', (connection: ReturnType<typeof createConnection>) => {
      const settings = Object.entries(VARIABLES).map(([name, [, theirs]]) => {
        const value = /^[\d.]+$/.test(theirs) ? theirs : `'${theirs}'`;
        return `${name} = ${value}`;
      });
      connection.query(`SET SESSION ${settings.join(', ')}`, (error) => expect(error).toBeNull());
    });
    const names = Object.keys(VARIABLES);
    const rows = await pool
      .promise()
      .query(`SELECT ${names.map((name) => `CAST(@@${name} AS CHAR) AS ${name}`).join(', ')}`)
      .then(([found]) => found as Record<string, string>[]);
    await pool.promise().end();
    expect(rows).toEqual([Object.fromEntries(names.map((name) => [name, VARIABLES[name]![0]]))]);
  });
});
