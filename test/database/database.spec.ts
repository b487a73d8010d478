import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { SessionPrincipal } from '../../src/common/access/index.js';
import { AppError, FORBIDDEN, NOT_FOUND } from '../../src/common/errors/index.js';
import { SqliteConnections, SqliteFile, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import { QueryLogger } from '../../src/database/query-logger.js';
import { SqliteCheckpointer } from '../../src/database/sqlite/sqlite-checkpointer.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';
import { gate } from '../support/gate.js';
import { LogLines } from '../support/log-lines.js';

onEachDatabase((kind) => {
  let test: TestDatabase;
  let one: OpenDatabase;

  const insert = ({ manager }: Pick<Transaction, 'manager'>, name: string) =>
    manager.query('INSERT INTO notes (name, amount) VALUES (?, 0)', [name]);
  const add = ({ manager }: Transaction, name: string) =>
    manager.query('UPDATE notes SET amount = amount + 1 WHERE name = ?', [name]);
  const namesSeenBy = async (manager: EntityManager): Promise<string[]> => {
    const rows: { name: string }[] = await manager.query('SELECT name FROM notes ORDER BY name');
    return rows.map(({ name }) => name);
  };
  const names = () => one.database.read(namesSeenBy);
  const amountOf = (name: string) =>
    one.database.read(async (manager) => {
      const [row] = await manager.query('SELECT amount FROM notes WHERE name = ?', [name]);
      return Number((row as { amount: number }).amount);
    });

  beforeAll(async () => {
    test = await kind.create();
    one = await openDatabase(test.url);
    await one.dataSource.query('CREATE TABLE notes (name VARCHAR(20) PRIMARY KEY, amount INT NOT NULL)');
  });

  afterAll(async () => {
    await one.close();
    await test.drop();
  });

  beforeEach(async () => {
    await one.database.write(SYSTEM_AUTHOR, ({ manager }) => manager.query('DELETE FROM notes'));
    one.published.length = 0;
  });

  it('stores what a transaction wrote and returns its result', async () => {
    const result = await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await insert(transaction, 'kept');
      return 'result';
    });
    expect(result).toBe('result');
    expect(await names()).toEqual(['kept']);
  });

  it('rolls back a transaction that fails, and passes on its error', async () => {
    const failed = NOT_FOUND.create();
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await insert(transaction, 'lost');
      throw failed;
    });
    await expect(write).rejects.toBe(failed);
    expect(await names()).toEqual([]);
  });

  it('rolls back a transaction if the database rejects a statement', async () => {
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await insert(transaction, 'twice');
      await insert(transaction, 'twice');
    });
    await expect(write).rejects.not.toBeInstanceOf(AppError);
    expect(await names()).toEqual([]);
  });

  it('publishes changes after the commit and not before', async () => {
    const change = { subject: 'user', id: 'a' } as const;
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, change.subject, change.id);
      await insert(transaction, 'kept');
      expect(one.published).toEqual([]);
    });
    expect(one.published).toEqual([change]);
  });

  it('publishes nothing after a rollback', async () => {
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, 'user', 'a');
      await insert(transaction, 'lost');
      throw new Error('no');
    });
    await expect(write).rejects.toThrow('no');
    expect(one.published).toEqual([]);
  });

  it('runs hooks in order: before the commit inside the transaction, after the commit when others see it', async () => {
    const steps: string[] = [];
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      transaction.afterCommit(() => void steps.push('after'));
      transaction.beforeCommit(async () => {
        await insert(transaction, 'by a hook');
        steps.push(`before ${await names()}`);
        transaction.beforeCommit(() => Promise.resolve(void steps.push('added by a hook')));
      });
      transaction.beforeCommit(() => Promise.resolve(void steps.push('second')));
      await insert(transaction, 'by the work');
      steps.push('work');
    });
    expect(steps).toEqual(['work', 'before ', 'second', 'added by a hook', 'after']);
    expect(await names()).toEqual(['by a hook', 'by the work']);
  });

  it('runs the hooks of the last attempt once, and none of a retried attempt', async () => {
    const ran: string[] = [];
    let attempts = 0;
    await one.database.write(SYSTEM_AUTHOR, (transaction) => {
      const attempt = ++attempts;
      transaction.beforeCommit(() => {
        ran.push(`before ${attempt}`);
        const lost = Object.assign(new Error('lost a race'), { code: 'ER_LOCK_DEADLOCK' });
        return attempt === 1 ? Promise.reject(lost) : Promise.resolve();
      });
      transaction.afterCommit(() => void ran.push(`after ${attempt}`));
      return Promise.resolve();
    });
    expect(ran).toEqual(['before 1', 'before 2', 'after 2']);
  });

  it('rolls back when a hook before the commit fails, and runs no hook after it', async () => {
    const failed = new Error('no');
    let isNotified = false;
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      transaction.beforeCommit(() => Promise.reject(failed));
      transaction.afterCommit(() => (isNotified = true));
      await insert(transaction, 'lost');
    });
    await expect(write).rejects.toBe(failed);
    expect([await names(), isNotified]).toEqual([[], false]);
  });

  it('stays committed when a hook after the commit fails, and runs the other hooks', async () => {
    const log = LogLines.record();
    let isNotified = false;
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      transaction.afterCommit(() => {
        throw new Error('no');
      });
      transaction.afterCommit(() => (isNotified = true));
      await insert(transaction, 'kept');
    });
    log.stop();
    expect([await names(), isNotified]).toEqual([['kept'], true]);
    expect(log.lines).toEqual(['A hook failed after a commit']);
  });

  it('makes every cache drop the subject, even if one of them fails', async () => {
    const log = LogLines.record();
    let isBroken = true;
    one.bus.subscribe({
      invalidated: () => {
        if (isBroken) throw new Error('no');
      },
      everythingInvalidated: () => undefined,
    });
    let forgotten = 0;
    one.bus.subscribe({ invalidated: () => forgotten++, everythingInvalidated: () => undefined });
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, 'user', 'a');
      await insert(transaction, 'kept');
    });
    isBroken = false;
    log.stop();
    expect(forgotten).toBe(1);
    expect(log.lines).toEqual(['A cache failed to process an invalidation']);
  });

  /** Runs a callback when everything is written and only the commit remains. */
  const beforeCommit = (happens: () => void | Promise<void> | undefined) => {
    const subscriber = { beforeTransactionCommit: happens };
    one.dataSource.subscribers.push(subscriber);
    return () => one.dataSource.subscribers.splice(one.dataSource.subscribers.indexOf(subscriber), 1);
  };

  it('publishes no change until the commit is complete', async () => {
    const inTime: string[][] = [];
    const forget = beforeCommit(() => void inTime.push(one.published.map(({ id }) => id)));
    const relayed: string[] = [];
    let isRelaying = true;
    one.bus.subscribe({
      invalidated: (invalidations, source) => {
        if (isRelaying) relayed.push(...invalidations.map(({ id }) => `${source} ${id}`));
      },
      everythingInvalidated: () => undefined,
    });
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      for (const id of ['a', 'b']) one.bus.invalidate(transaction, 'user', id);
      await insert(transaction, 'kept');
    });
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'silent'));
    forget();
    isRelaying = false;
    expect(inTime).toEqual([[], ['a', 'b']]);
    expect([one.published.map(({ id }) => id), relayed]).toEqual([
      ['a', 'b'],
      ['local a', 'local b'],
    ]);
  });

  it('rolls back a transaction whose commit fails, and publishes nothing', async () => {
    const error = new Error('no commit');
    const forget = beforeCommit(() => Promise.reject(error));
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, 'user', 'a');
      await insert(transaction, 'lost');
    });
    await expect(write).rejects.toBe(error);
    forget();
    expect([await names(), one.published]).toEqual([[], []]);
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'next'));
    expect(await names()).toEqual(['next']);
  });

  it('retries a transaction that loses a race at the commit', async () => {
    const lost = [Object.assign(new Error('lost'), { code: 'ER_LOCK_DEADLOCK' })];
    const forget = beforeCommit(() => (lost.length > 0 ? Promise.reject(lost.pop()!) : undefined));
    let runs = 0;
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      runs++;
      one.bus.invalidate(transaction, 'user', 'a');
      await insert(transaction, 'kept');
    });
    forget();
    expect([runs, await names(), one.published.length]).toEqual([2, ['kept'], 1]);
  });

  it('discards the connection if the rollback fails, and continues on another', async () => {
    const subscriber = { beforeTransactionRollback: () => Promise.reject(new Error('no rollback')) };
    one.dataSource.subscribers.push(subscriber);
    const failed = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await insert(transaction, 'lost');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    one.dataSource.subscribers.splice(one.dataSource.subscribers.indexOf(subscriber), 1);
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'next'));
    expect(await names()).toEqual(['next']);
  });

  it('records changes for other instances in the same transaction, if there can be others', async () => {
    const feed = () => one.dataSource.query<{ id: string }[]>('SELECT subject_id AS id FROM change_feed');
    const before = (await feed()).length;
    const failed = one.database.write(SYSTEM_AUTHOR, (transaction) => {
      one.bus.invalidate(transaction, 'user', 'undone');
      return Promise.reject(new Error('no'));
    });
    await expect(failed).rejects.toThrow('no');
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, 'user', 'told');
      await insert(transaction, 'kept');
    });
    expect((await feed()).slice(before).map(({ id }) => id)).toEqual(kind.name === 'SQLite' ? [] : ['told']);
  });

  it.each([
    ['lost a race', 'ER_LOCK_DEADLOCK', 4],
    ['timed out waiting for a lock', 'ER_LOCK_WAIT_TIMEOUT', 4],
    ['cannot be executed', 'ER_DISK_FULL', 1],
  ])('reports unavailable if a transaction %s', async (_, code, attempts) => {
    let runs = 0;
    const write = one.database.write(SYSTEM_AUTHOR, () => {
      runs++;
      return Promise.reject(Object.assign(new Error('no'), { code }));
    });
    await expect(write).rejects.toMatchObject({
      kind: { status: 503, code: 'unavailable' },
      headers: { 'Retry-After': '1' },
      cause: { code },
    });
    expect(runs).toBe(attempts);
  });

  it('passes on the error of a failed read, or unavailable if the database cannot be reached', async () => {
    const [broken, unavailable] = [new Error('no'), Object.assign(new Error('no'), { code: 'ECONNREFUSED' })];
    await expect(one.database.read(() => Promise.reject(broken))).rejects.toBe(broken);
    await expect(one.database.read(() => Promise.reject(unavailable))).rejects.toMatchObject({
      kind: { code: 'unavailable' },
      cause: unavailable,
    });
  });

  it('keeps the outcomes of overlapping transactions apart', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        one.database.write(SYSTEM_AUTHOR, async (transaction) => {
          await insert(transaction, `note ${String(index).padStart(2, '0')}`);
          await sleep(2);
          if (index % 2 === 1) throw new Error('no');
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? 'rejected' : 'fulfilled')),
    );
    expect(await names()).toEqual(
      Array.from({ length: 10 }, (_, index) => `note ${String(index * 2).padStart(2, '0')}`),
    );
  });

  it('hides uncommitted writes from other readers', async () => {
    const inserted = gate();
    const checked = gate();
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await insert(transaction, 'early');
      expect(await namesSeenBy(transaction.manager)).toEqual(['early']);
      inserted.open();
      await checked.opened;
    });
    await inserted.opened;
    expect(await names()).toEqual([]);
    checked.open();
    await write;
    expect(await names()).toEqual(['early']);
  });

  it('loses no update among many concurrent ones', async () => {
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'counter'));
    await Promise.all(
      Array.from({ length: 30 }, () =>
        one.database.write(SYSTEM_AUTHOR, (transaction) => add(transaction, 'counter')),
      ),
    );
    expect(await amountOf('counter')).toBe(30);
  });

  it('lets both of two transactions succeed that lock rows in opposite order', async () => {
    await one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      for (const name of ['a', 'b']) await insert(transaction, name);
    });
    let attempts = 0;
    let holding = 0;
    const bothHold = gate();
    const crossing = (first: string, second: string) =>
      one.database.write(SYSTEM_AUTHOR, async (transaction) => {
        attempts++;
        await add(transaction, first);
        if (++holding === 2) bothHold.open();
        // On SQLite, nothing else can write meanwhile.
        if (kind.name === 'MariaDB') await bothHold.opened;
        await add(transaction, second);
        one.bus.invalidate(transaction, 'user', first);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    expect([await amountOf('a'), await amountOf('b')]).toEqual([2, 2]);
    // MariaDB aborts one of them, which is retried. On SQLite, one waits for the other.
    expect(attempts).toBe(kind.name === 'MariaDB' ? 3 : 2);
    expect(one.published.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });

  it('ends the transaction at the first failed statement, even if the work continues', async () => {
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'twice'));
    // After some errors the database has already rolled back; this test requests such a rollback.
    const failing = kind.name === 'SQLite' ? 'INSERT OR ROLLBACK' : 'INSERT';
    let error: unknown = null;
    const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      one.bus.invalidate(transaction, 'user', 'ada');
      await insert(transaction, 'before');
      const twice = `${failing} INTO notes (name, amount) VALUES ('twice', 0)`;
      await transaction.manager.query(twice).catch((reason: unknown) => (error = reason));
      await insert(transaction, 'after').catch((reason: unknown) => expect(reason).toBe(error));
      return 'done';
    });
    expect(await write.catch((reason: unknown) => reason)).toBe(error);
    expect(error).toBeInstanceOf(Error);
    expect(await names()).toEqual(['twice']);
    expect(one.published).toEqual([]);

    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'next'));
    const other = await openDatabase(test.url, { migrate: false });
    expect(await other.database.read(namesSeenBy)).toEqual(['next', 'twice']);
    await other.close();
  });

  it('reports the first failed statement, even if several were sent at once', async () => {
    const write = one.database.write(SYSTEM_AUTHOR, ({ manager }) =>
      Promise.allSettled(['first', 'second'].map((nonsense) => manager.query(nonsense))),
    );
    await expect(write).rejects.toThrow(/first/);
  });

  it('continues after a failed transaction', async () => {
    const version = one.connections.dataVersion();
    await expect(one.database.write(SYSTEM_AUTHOR, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    // Another connection would have another id.
    expect(one.connections.dataVersion()).toBe(version);
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'next'));
    expect(await names()).toEqual(['next']);
  });

  describe('on behalf of a caller', () => {
    const caller: SessionPrincipal = {
      method: 'session',
      userId: 'ada',
      role: 'standard',
      neededRoles: null,
      sessionId: 'session',
      hasTemporaryPassword: false,
    };

    it('writes nothing before a check for callers is registered', async () => {
      const other = await openDatabase(test.url, { migrate: false });
      const write = other.database.write(caller, (transaction) => insert(transaction, 'unchecked'));
      await expect(write).rejects.toThrow('No caller check is set');
      await other.close();
      expect(await names()).toEqual([]);
    });

    it('checks the caller inside the transaction, before the work, and again on a retry', async () => {
      const steps: string[] = [];
      one.database.setCallerCheck(async ({ manager }, { userId }, users) => {
        steps.push(`check ${userId} with ${users.join()}`);
        await manager.query("INSERT INTO notes (name, amount) VALUES ('checked', 0)");
      });
      const lost = Object.assign(new Error('lost a race'), { code: 'ER_LOCK_DEADLOCK' });
      await one.database.write(
        caller,
        async (transaction) => {
          steps.push('work');
          if (steps.length === 2) throw lost;
          expect(await namesSeenBy(transaction.manager)).toEqual(['checked']);
        },
        ['bob'],
      );
      expect(steps).toEqual(['check ada with bob', 'work', 'check ada with bob', 'work']);
      expect(await names()).toEqual(['checked']);
    });

    it('writes nothing and publishes nothing if the check denies access', async () => {
      const error = FORBIDDEN.create();
      one.database.setCallerCheck(() => Promise.reject(error));
      let works = 0;
      const write = one.database.write(caller, async (transaction) => {
        works++;
        one.bus.invalidate(transaction, 'user', 'ada');
        await insert(transaction, 'refused');
      });
      await expect(write).rejects.toBe(error);
      expect(works).toBe(0);
      expect(one.published).toEqual([]);
      expect(await names()).toEqual([]);
    });

    it('skips the check for the process itself', async () => {
      one.database.setCallerCheck(() => Promise.reject(FORBIDDEN.create()));
      await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'system'));
      expect(await names()).toEqual(['system']);
    });
  });

  it('waits briefly for another process that is writing', async () => {
    const other = await openDatabase(test.url, { migrate: false });
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'shared'));
    const locked = gate();
    const theirs = other.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await add(transaction, 'shared');
      locked.open();
      await sleep(150);
    });
    await locked.opened;
    await one.database.write(SYSTEM_AUTHOR, (transaction) => add(transaction, 'shared'));
    await theirs;
    expect(await amountOf('shared')).toBe(2);
    await other.close();
  });

  it('reports unavailable if another process keeps its lock', async () => {
    const other = await openDatabase(test.url, { migrate: false });
    await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'shared'));
    const locked = gate();
    const done = gate();
    const theirs = other.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await add(transaction, 'shared');
      locked.open();
      await done.opened;
    });
    await locked.opened;
    const write = one.database.write(SYSTEM_AUTHOR, (transaction) => add(transaction, 'shared'));
    await expect(write).rejects.toMatchObject({ kind: { status: 503, code: 'unavailable' } });
    done.open();
    await theirs;
    expect(await amountOf('shared')).toBe(1);
    await one.database.write(SYSTEM_AUTHOR, (transaction) => add(transaction, 'shared'));
    expect(await amountOf('shared')).toBe(2);
    await other.close();
  });

  // On MariaDB, only transactions on the same rows wait for each other.
  if (kind.name === 'SQLite') {
    it('reports unavailable while the disk is full, stores nothing, and recovers once there is space', async () => {
      const small = await kind.create();
      const other = await openDatabase(small.url);
      const [{ page_count: pages }] =
        await other.dataSource.query<[{ page_count: number }]>('PRAGMA page_count');
      await other.dataSource.query(`PRAGMA max_page_count = ${pages}`);
      const version = other.connections.dataVersion();
      const fill = () =>
        other.database.write(SYSTEM_AUTHOR, async (transaction) => {
          other.bus.invalidate(transaction, 'user', 'a');
          await transaction.manager.query('CREATE TABLE filled AS SELECT hex(randomblob(400000)) AS content');
        });
      await expect(fill()).rejects.toMatchObject({ kind: { status: 503, code: 'unavailable' } });
      expect(other.published).toEqual([]);
      // A new connection has replaced it, and its version numbers are not compared with the old one's.
      expect(other.connections.dataVersion()).not.toBe(version);
      await fill();
      expect(other.published).toHaveLength(1);
      await other.close();
      await small.drop();
    });

    it('replaces a reading connection that is broken, and keeps it after other errors', async () => {
      const setting = async (value: number | null = null) => {
        const sql = value === null ? 'PRAGMA cache_size' : `PRAGMA cache_size = ${value}`;
        const rows = await one.database.read((manager) => manager.query<{ cache_size: number }[]>(sql));
        return rows[0]?.cache_size;
      };
      const readFails = async (code: string) => {
        const error = Object.assign(new Error('no'), { code });
        await expect(one.database.read(() => Promise.reject(error))).rejects.toBeDefined();
      };
      await setting(1_234);
      await readFails('SQLITE_ERROR');
      expect(await setting()).toBe(1_234);
      await readFails('SQLITE_BUSY');
      expect(await setting()).not.toBe(1_234);
    });

    it('reports unavailable if the file cannot be written', async () => {
      await one.dataSource.query('PRAGMA query_only = 1');
      const write = one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'lost'));
      await expect(write).rejects.toMatchObject({ kind: { status: 503, code: 'unavailable' } });
    });

    it('writes the WAL back after each commit, and ends the checkpoint thread at shutdown', async () => {
      const path = test.url.replace('sqlite:', '');
      const received: number[] = [];
      const checkpointer = Object.assign(new SqliteCheckpointer(path, () => 0), {
        committed: (bytes: number) => void received.push(bytes),
        stop: () => Promise.resolve(void received.push(-1)),
      });
      const file = new SqliteFile(path);
      const connections = new SqliteConnections(one.dataSource, one.dataSource, file, null, checkpointer);
      const write = (sql: string) => connections.transact((manager) => manager.query(sql));
      await write("INSERT INTO notes (name, amount) VALUES ('logged', 0)");
      await expect(write('nonsense')).rejects.toThrow(/syntax/);
      await connections.close();
      expect(received).toEqual([expect.any(Number), -1]);
      expect(received[0]).toBeGreaterThan(0);
    });

    it.each(['reads', 'inserts', 'updates'])(
      'writes again after another process held its lock while it %s',
      async (first) => {
        const other = await openDatabase(test.url, { migrate: false });
        const done = gate();
        const locked = gate();
        const theirs = other.database.write(SYSTEM_AUTHOR, async (transaction) => {
          await insert(transaction, 'theirs');
          locked.open();
          await done.opened;
        });
        await locked.opened;
        const write = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
          if (first === 'reads') await namesSeenBy(transaction.manager);
          if (first === 'updates') await add(transaction, 'nobody');
          // An unused statement: running it again would reset it.
          await transaction.manager.query("REPLACE INTO notes (name, amount) VALUES ('ours', 1)");
        });
        await expect(write).rejects.toMatchObject({ kind: { code: 'unavailable' } });
        done.open();
        await theirs;
        await one.database.write(SYSTEM_AUTHOR, (transaction) => insert(transaction, 'afterwards'));
        expect(await names()).toEqual(['afterwards', 'theirs']);
        await other.close();
      },
    );
  }
});

it('logs a slow query without its parameters', () => {
  const log = LogLines.record();
  const logger: { logQuerySlow(durationMs: number, query: string, parameters: unknown[]): void } =
    new QueryLogger();
  logger.logQuerySlow(1_200, 'SELECT id FROM users WHERE email = ?', ['ada@example.com']);
  logger.logQuerySlow(1_200, 'x'.repeat(300), []);
  log.stop();
  expect(log.lines).toEqual([
    'A query took 1200 ms: SELECT id FROM users WHERE email = ?',
    `A query took 1200 ms: ${'x'.repeat(200)}`,
  ]);
});
