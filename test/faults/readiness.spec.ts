import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Database, READ_CONNECTION } from '../../src/database/index.js';
import { InvalidationBus } from '../../src/invalidation/index.js';
import { ReadinessService } from '../../src/modules/health/index.js';
import { InstancesRepository } from '../../src/modules/instances/instances.repository.js';
import { TestApp } from '../support/app.js';
import { DATABASES, onEachDatabase, type TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { LogLines } from '../support/log-lines.js';
import { expectProblem } from '../support/problem.js';

const FAILED = "The database doesn't accept writes, or doesn't return what was written.";
const TOO_OLD = "The database hasn't confirmed a write for over 2 seconds.";

const look = (app: TestApp) => app.http.get('/health/ready');
const isReady = async (app: TestApp) => (await look(app)).status === 200;

/** Waits up to three seconds until the process is not ready, and checks the reason. */
async function expectNotReady(app: TestApp, sentence: string): Promise<void> {
  await eventually(sentence, async () => !(await isReady(app)), 3_000);
  const response = await look(app);
  expectProblem(response, 503, 'unavailable');
  expect(response.headers['retry-after']).toBe('1');
  expect((response.body as { checks: unknown }).checks).toEqual({ database: sentence });
}

onEachDatabase((kind) => {
  let app: TestApp;
  let log: LogLines;

  beforeAll(async () => {
    app = await TestApp.start(kind);
    log = LogLines.record();
  });

  afterAll(async () => {
    log.stop();
    await app.stop();
  });

  const writer = () => app.nest.get(DataSource);

  it('is ready as soon as it listens, and sends a heartbeat once a second', async () => {
    expect((await look(app).expect(200)).body).toEqual({ status: 'ok', checks: { database: 'ok' } });
    const seen = async () => {
      const rows: { seen_at: unknown }[] = await writer().query('SELECT seen_at FROM instances');
      expect(rows).toHaveLength(1);
      return String(rows[0]!.seen_at);
    };
    const first = await seen();
    await eventually('a heartbeat', async () => (await seen()) !== first, 3_000);
  });

  it('runs no database query for readiness requests', async () => {
    const database = app.nest.get(Database);
    const original = { read: database.read.bind(database), write: database.write.bind(database) };
    let queryCount = 0;
    database.read = (query) => (queryCount++, original.read(query));
    database.write = (by, work, alsoLocks) => (queryCount++, original.write(by, work, alsoLocks));
    const startedAt = performance.now();
    const responses = await Promise.all(Array.from({ length: 300 }, () => fetch(`${app.url}/health/ready`)));
    // Heartbeats and feed reads continue meanwhile, a few times a second.
    const others = 10 + (performance.now() - startedAt) / 100;
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(queryCount).toBeLessThan(others);
    Object.assign(database, original);
  });

  it('clears no cache', async () => {
    const published: string[] = [];
    app.nest.get(InvalidationBus).subscribe({
      invalidated: (rows) => void published.push(...rows.map(({ id }) => id)),
      everythingInvalidated: () => void published.push('everything'),
    });
    const repository = app.nest.get(InstancesRepository);
    let beats = 0;
    const beat = repository.writeHeartbeat.bind(repository);
    repository.writeHeartbeat = (id) => (beats++, beat(id));
    await eventually('three heartbeats', () => beats >= 3);
    await sleep(300);
    expect(published).toEqual([]);
  });

  it('is not ready while heartbeats fail, and ready again afterwards', async () => {
    await writer().query(
      kind.name === 'SQLite'
        ? "CREATE TRIGGER refuse BEFORE UPDATE ON instances BEGIN SELECT RAISE(ABORT, 'full'); END"
        : "CREATE TRIGGER refuse BEFORE UPDATE ON instances FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'full'",
    );
    log.lines.length = 0;
    await expectNotReady(app, FAILED);
    await sleep(2_200);
    await expectNotReady(app, FAILED);
    expect(log.about(/doesn't accept writes.*full/)).toHaveLength(1);
    await writer().query('DROP TRIGGER refuse');
    await eventually('ready', () => isReady(app), 3_000);
    expect(log.about(/is confirming writes again/)).toHaveLength(1);
  });

  it('reports that it is stopping, whatever the state of the database', async () => {
    const other = await TestApp.start(kind);
    log = LogLines.record();
    other.nest.get(ReadinessService).stop();
    expect((await look(other).expect(503)).body).toMatchObject({ checks: { process: 'stopping' } });
    await other.stop();
  });

  it('starts without being ready if the first heartbeat fails', async () => {
    const database = await kind.create();
    const first = await TestApp.start(kind, { database });
    await first.nest
      .get(DataSource)
      .query(
        kind.name === 'SQLite'
          ? "CREATE TRIGGER refuse BEFORE INSERT ON instances BEGIN SELECT RAISE(ABORT, 'full'); END"
          : "CREATE TRIGGER refuse BEFORE INSERT ON instances FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'full'",
      );
    await first.stop();
    const second = await TestApp.start(kind, { database });
    log = LogLines.record();
    await expectNotReady(second, FAILED);
    await second.nest.get(DataSource).query('DROP TRIGGER refuse');
    await eventually('ready', () => isReady(second), 3_000);
    await second.stop();
    await database.drop();
  });
});

it("is not ready while SQLite's reading connection sees outdated data", async () => {
  const app = await TestApp.start(DATABASES[0]!);
  const log = LogLines.record();
  const reader = app.nest.get<DataSource>(READ_CONNECTION);
  await reader.query('BEGIN');
  await reader.query('SELECT * FROM instances');
  await expectNotReady(app, FAILED);
  await reader.query('ROLLBACK');
  await eventually('ready', () => isReady(app), 3_000);
  expect(log.about(/did not return the value that was just written/)).toHaveLength(1);
  log.stop();
  await app.stop();
});

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
(mariadb ? describe : describe.skip)('with a MariaDB that hangs', () => {
  let database: TestDatabase;
  let network: FlakyNetwork;
  let app: TestApp;
  let log: LogLines;

  beforeAll(async () => {
    database = await mariadb!.create();
    const url = new URL(database.url);
    network = await FlakyNetwork.to(url.hostname, Number(url.port || 3306));
    url.host = `127.0.0.1:${network.port}`;
    app = await TestApp.start(mariadb!, { database: { url: url.href, drop: () => Promise.resolve() } });
    log = LogLines.record();
  });

  afterAll(async () => {
    log.stop();
    await app.stop();
    await network.close();
    await database.drop();
  });

  it('is not ready after two seconds, sends one heartbeat at a time, and recovers', async () => {
    const repository = app.nest.get(InstancesRepository);
    const beat = repository.writeHeartbeat.bind(repository);
    let [running, most] = [0, 0];
    repository.writeHeartbeat = async (id) => {
      most = Math.max(most, ++running);
      try {
        return await beat(id);
      } finally {
        running--;
      }
    };
    network.stall();
    await eventually('not ready', async () => !(await isReady(app)), 4_000);
    const { checks } = (await look(app)).body as { checks: { database: string } };
    expect([FAILED, TOO_OLD]).toContain(checks.database);
    for (let i = 0; i < 30; i++) {
      expect(await isReady(app)).toBe(false);
      await sleep(100);
    }
    expect(most).toBe(1);
    network.resume();
    await eventually('ready', () => isReady(app), 6_000);
  });
});
