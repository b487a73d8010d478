import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createConnection } from 'mysql2/promise';
import type { AppError } from '../../src/common/errors/index.js';
import { SYSTEM } from '../../src/database/index.js';
import { QueryLogger } from '../../src/database/query-logger.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { FlakyNetwork } from '../support/flaky-network.js';

const UNAVAILABLE = { kind: { status: 503, code: 'unavailable' }, headers: { 'Retry-After': '1' } };

async function mariadbRoot(statement: string): Promise<void> {
  const connection = await createConnection({
    uri: process.env['MARIADB_FOR_TESTS']!.replace('mariadb:', 'mysql:'),
  });
  await connection.query(statement);
  await connection.end();
}

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const onMariadb = mariadb ? describe : describe.skip;

onMariadb('a MariaDB that cannot be reached', () => {
  let test: TestDatabase;
  let network: FlakyNetwork;
  let one: OpenDatabase;

  beforeEach(async () => {
    test = await mariadb!.create();
    const url = new URL(test.url);
    network = await FlakyNetwork.to(url.hostname, Number(url.port || 3306));
    url.host = `127.0.0.1:${network.port}`;
    one = await openDatabase(url.href);
  });

  afterEach(async () => {
    network.release();
    await one.close().catch(() => undefined);
    await network.cut().catch(() => undefined);
    await test.drop();
  });

  const read = () => one.database.read((manager) => manager.query('SELECT 1 AS one'));
  const write = () => one.database.write(SYSTEM, ({ manager }) => manager.query('DELETE FROM sessions'));

  it('gives unavailable at once for reads and writes', async () => {
    await network.cut();
    await expect(read()).rejects.toMatchObject(UNAVAILABLE);
    await expect(write()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('gives unavailable after about a second when it hangs, and serves again afterwards', async () => {
    await read();
    network.hold();
    const begin = performance.now();
    const outcomes = await Promise.allSettled([read(), write()]);
    expect(performance.now() - begin).toBeLessThan(3_000);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });

    network.release();
    expect(await read()).toMatchObject([{ one: 1 }]);
    await write();
  });

  it('says that the outcome is not known when the connection is lost during the commit', async () => {
    const change = { subject: 'user', id: 'a' } as const;
    const error: AppError = await one.database
      .write(SYSTEM, async (transaction) => {
        await transaction.manager.query('DELETE FROM sessions');
        transaction.announce(change);
        one.dataSource.subscribers.push({ beforeTransactionCommit: () => network.hold() });
      })
      .then(
        () => Promise.reject(new Error('was committed')),
        (reason) => reason as AppError,
      );
    expect(error).toMatchObject(UNAVAILABLE);
    expect(error.message).toMatch(/may or may not have happened.*Idempotency-Key/);
    // It may have happened, so whoever caches the subject must look again.
    expect(one.published).toEqual([change]);
  });

  it('serves every call after a firewall has dropped the connections that were idle, without telling', async () => {
    const hold = () => one.database.read((manager) => manager.query('SELECT SLEEP(0.1)'));
    await Promise.all(Array.from({ length: 10 }, hold));
    // Idle for longer than a connection is taken to be alive.
    await sleep(1_100);
    network.drop();
    for (let call = 0; call < 20; call++) {
      await read();
      await write();
    }
  });

  it('tries a read once more when its connection is reset', async () => {
    await read();
    const [row] = await one.database.read((manager) =>
      manager.query<[{ id: string }]>('SELECT CONNECTION_ID() AS id'),
    );
    let runs = 0;
    const rows = await one.database.read(async (manager) => {
      if (runs++ === 0) await mariadbRoot(`KILL ${row.id}`);
      return manager.query<{ one: string }[]>('SELECT 1 AS one');
    });
    expect([runs, Number(rows[0]!.one)]).toEqual([2, 1]);
  });

  it('tells nothing of the server in the error that clients see', async () => {
    await network.cut();
    const error = await read().catch((reason: AppError) => reason);
    expect((error as AppError).message).not.toMatch(/127\.0\.0\.1|ECONN|root|SELECT/);
  });
});

it('gives unavailable when the SQLite file cannot be written', async () => {
  const test = await DATABASES[0]!.create();
  const one = await openDatabase(test.url);
  await one.dataSource.query('PRAGMA query_only = 1');
  const write = one.database.write(SYSTEM, ({ manager }) => manager.query('DELETE FROM sessions'));
  await expect(write).rejects.toMatchObject(UNAVAILABLE);
  await one.close();
  await test.drop();
});

it('logs a slow query without what it was asked with', () => {
  const lines: string[] = [];
  const write = (line: unknown) => void lines.push(String(line));
  Logger.overrideLogger({ log: write, warn: write, error: write });
  const logger: { logQuerySlow(durationMs: number, query: string, parameters: unknown[]): void } =
    new QueryLogger();
  logger.logQuerySlow(1_200, 'SELECT id FROM users WHERE email = ?', ['ada@example.com']);
  Logger.overrideLogger(false);
  expect(lines).toEqual(['A query took 1200 ms: SELECT id FROM users WHERE email = ?']);
});
