import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { InvalidationFeedReader, type Invalidation } from '../../src/invalidation/index.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';
import { fakeIntervals } from '../support/fake-intervals.js';
import { gate } from '../support/gate.js';
import { LogLines } from '../support/log-lines.js';
import { StoppedClock } from '../support/test-clock.js';

/** More than SQLite's limit of parameters per statement, even with one parameter per change. */
const MANY = 33_000;
const TICK_MS = 250;
const TICKS_A_MINUTE = 240;

const invalidationsOf = (count: number, prefix: string): Invalidation[] =>
  Array.from({ length: count }, (_, index) => ({ subject: 'api_key', id: `${prefix}${index}` }));

onEachDatabase((kind) => {
  const isSqlite = kind.name === 'SQLite';
  let test: TestDatabase;
  let one: OpenDatabase;

  beforeAll(async () => {
    test = await kind.create();
    one = await openDatabase(test.url);
  });

  afterAll(async () => {
    await one.close();
    await test.drop();
  });

  const append = (changes: readonly Invalidation[]) =>
    one.database.write(SYSTEM_AUTHOR, (transaction) => one.feed.append(transaction, changes));
  const rows = async () => {
    const found: { seq: number | string; id: string }[] = await one.dataSource.query(
      'SELECT seq, subject_id AS id FROM change_feed ORDER BY seq',
    );
    return found.map(({ seq, id }) => `${seq} ${id}`);
  };

  it(`accepts ${MANY} changes in one transaction and numbers them without gaps`, async () => {
    const [first, many, last] = [
      invalidationsOf(1, 'first'),
      invalidationsOf(MANY, 'many'),
      invalidationsOf(1, 'last'),
    ];
    await one.database.write(SYSTEM_AUTHOR, ({ manager }) => manager.query('DELETE FROM change_feed'));
    for (const changes of [first, many, last]) await append(changes);
    const ids = [...first, ...many, ...last].map(({ id }) => id);
    const found = await rows();
    const begin = Number.parseInt(found[0]!, 10);
    expect(found).toEqual(ids.map((id, index) => `${begin + index} ${id}`));
  });

  describe('the feed of an instance', () => {
    let other: OpenDatabase;
    let clock: StoppedClock;
    let feed: InvalidationFeedReader;
    /** Each read of the feed begins with one call of this method. */
    let reads: jest.SpiedFunction<OpenDatabase['connections']['dataVersion']>;

    beforeAll(async () => {
      other = await openDatabase(test.url, { migrate: false });
      fakeIntervals();
    });

    afterAll(async () => {
      jest.useRealTimers();
      await other.close();
    });

    beforeEach(async () => {
      clock = new StoppedClock();
      feed = new InvalidationFeedReader(one.database, one.feed, one.bus, clock);
      await feed.onModuleInit();
      reads = jest.spyOn(one.connections, 'dataVersion');
      one.published.length = 0;
      one.everything.count = 0;
    });

    afterEach(() => {
      jest.restoreAllMocks();
      feed.onApplicationShutdown();
    });

    /** Advances by several ticks and waits for the read that they share. */
    const tick = async (count = 1) => {
      jest.advanceTimersByTime(count * TICK_MS);
      await Reflect.get(feed, 'pendingRead');
      await nextTurn();
    };
    const change = (by: OpenDatabase, ...ids: string[]) =>
      by.database.write(SYSTEM_AUTHOR, async (transaction) => {
        await transaction.manager.query('UPDATE instances SET seen_at = seen_at');
        if (isSqlite)
          await transaction.manager.query("INSERT INTO instances VALUES (?, '2026-01-05')", [ids[0]]);
        for (const id of ids) by.bus.invalidate(transaction, 'user', id);
      });
    const received = () => one.published.map(({ id }) => id);
    /** Makes each read take this long, in this order. */
    const readsTake = (...milliseconds: number[]) =>
      reads.mockImplementation(() => {
        clock.advance(milliseconds.shift() ?? 0);
        return isSqlite ? 1 : null;
      });

    it('receives at each tick what other instances have committed since its start, once', async () => {
      const freshFeed = new InvalidationFeedReader(one.database, one.feed, one.bus, clock);
      await change(other, 'before');
      await freshFeed.onModuleInit();
      await freshFeed.catchUp();
      freshFeed.onApplicationShutdown();
      expect([received(), one.everything.count]).toEqual([[], 0]);
      await tick();
      one.published.length = 0;
      one.everything.count = 0;

      await change(other, 'ada', 'bob');
      await tick();
      await tick();
      expect([received(), one.everything.count]).toEqual(isSqlite ? [[], 1] : [['ada', 'bob'], 0]);
      expect(one.published.every(({ subject }) => subject === 'user')).toBe(true);
    });

    if (isSqlite) {
      it('ignores its own commits', async () => {
        await change(one, 'own');
        await tick();
        expect([received(), one.everything.count]).toEqual([['own'], 0]);
      });
    }

    it('is trusted for one second, measured on the monotonic clock', async () => {
      clock.setBy(60_000);
      clock.advance(999);
      expect(feed.isTrusted()).toBe(true);
      clock.setBy(-60_000);
      clock.advance(1);
      expect(feed.isTrusted()).toBe(false);
      await feed.catchUp();
      expect(feed.isTrusted()).toBe(true);
      expect(reads).toHaveBeenCalledTimes(1);
      await feed.catchUp();
      expect(reads).toHaveBeenCalledTimes(1);
    });

    it('is trusted from the start of a read, not from its result', async () => {
      clock.advance(1_000);
      readsTake(400);
      await feed.catchUp();
      clock.advance(599);
      expect(feed.isTrusted()).toBe(true);
      clock.advance(1);
      expect(feed.isTrusted()).toBe(false);
    });

    it('reads again if the first result came too late', async () => {
      clock.advance(1_000);
      readsTake(1_000, 999);
      await feed.catchUp();
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it('is unavailable if two results came too late', async () => {
      clock.advance(1_000);
      readsTake(1_000, 1_000);
      await expect(feed.catchUp()).rejects.toMatchObject({
        kind: { code: 'unavailable' },
        cause: { message: 'The invalidation feed is too slow' },
      });
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it('passes on the error of a failed read and is not trusted', async () => {
      clock.advance(1_000);
      const error = new Error('away');
      reads.mockImplementation(() => {
        throw error;
      });
      await expect(feed.catchUp()).rejects.toBe(error);
      expect(feed.isTrusted()).toBe(false);
    });

    it('logs a failed read only once it is no longer trusted, and keeps reading', async () => {
      const log = LogLines.record();
      const fail = () => {
        throw new Error('away');
      };
      reads.mockImplementationOnce(fail);
      jest.advanceTimersByTime(TICK_MS);
      await nextTurn();
      expect(log.lines).toEqual([]);
      clock.advance(1_000);
      reads.mockImplementationOnce(fail);
      jest.advanceTimersByTime(TICK_MS);
      await nextTurn();
      expect(log.lines).toEqual(["The invalidation feed can't be read: Error: away"]);
      await tick();
      expect(feed.isTrusted()).toBe(true);
      log.stop();
    });

    it('stops reading at shutdown', async () => {
      feed.onApplicationShutdown();
      await tick(10);
      expect(reads).not.toHaveBeenCalled();
    });

    it('reads at once after a hint, and survives an unavailable database', async () => {
      reads.mockImplementationOnce(() => {
        throw new Error('away');
      });
      feed.hint();
      await Reflect.get(feed, 'hintedRead');
      await change(other, 'hinted');
      feed.hint();
      await Reflect.get(feed, 'hintedRead');
      expect([received(), one.everything.count]).toEqual(isSqlite ? [[], 1] : [['hinted'], 0]);
    });

    it('reads at most once in ten milliseconds, even with many hints', async () => {
      const begin = performance.now();
      for (let hints = 0; hints < 500; hints++) {
        feed.hint();
        await nextTurn();
      }
      const most = (performance.now() - begin) / 9 + 1;
      await Reflect.get(feed, 'hintedRead');
      // The last hint is read too.
      expect(reads.mock.calls.length).toBeGreaterThanOrEqual(1);
      expect(reads.mock.calls.length).toBeLessThanOrEqual(most + 1);
    });

    it('deletes changes older than the last 100,000 once a minute, on MariaDB only', async () => {
      const seen = 1_000_000;
      const fill = async ({ manager }: { manager: OpenDatabase['dataSource']['manager'] }) => {
        await manager.query('DELETE FROM change_feed');
        await manager.query('UPDATE change_clock SET seq = ?', [seen]);
        for (const seq of [-200_000, seen - 100_001, seen - 100_000, seen - 1, seen])
          await manager.query("INSERT INTO change_feed VALUES (?, 'user', 'x')", [seq]);
      };
      await one.database.write(SYSTEM_AUTHOR, fill);
      const pruning = new InvalidationFeedReader(one.database, one.feed, one.bus, clock);
      feed.onApplicationShutdown();
      feed = pruning;
      await feed.onModuleInit();
      const writes = jest.spyOn(one.database, 'write');
      await tick(TICKS_A_MINUTE - 1);
      expect(writes).not.toHaveBeenCalled();
      await tick();
      await Promise.all(writes.mock.results.map(({ value }) => value as Promise<unknown>));
      expect(writes).toHaveBeenCalledTimes(isSqlite ? 0 : 1);
      const left = isSqlite ? [-200_000, seen - 100_001] : [];
      expect(await rows()).toEqual([...left, seen - 100_000, seen - 1, seen].map((seq) => `${seq} x`));
    });

    if (isSqlite) return;

    it('reads all missed pages in order before it is trusted again', async () => {
      const ids = invalidationsOf(2_001, 'paged-').map(({ id }) => id);
      await change(other, ...ids);
      clock.advance(1_000);
      const trusted: boolean[] = [];
      one.bus.subscribe({
        invalidated: (rows) => trusted.push(...rows.map(() => feed.isTrusted())),
        everythingInvalidated: () => undefined,
      });
      await feed.catchUp();
      expect(received()).toEqual(ids);
      expect(reads).toHaveBeenCalledTimes(3);
      expect(trusted.length).toBe(2_001);
      expect(trusted).not.toContain(true);
      expect(one.everything.count).toBe(0);
    });

    it('clears all caches if numbers are missing, and continues after them', async () => {
      await change(other, 'cleared', 'left');
      await one.dataSource.query("DELETE FROM change_feed WHERE subject_id = 'cleared'");
      await tick();
      expect([received(), one.everything.count]).toEqual([[], 1]);
      await change(other, 'next');
      await tick();
      await tick();
      expect([received(), one.everything.count]).toEqual([['next'], 1]);
    });

    /** Delays the next result; `returned` resolves once the database has returned it. */
    const holdResult = () => {
      const returned = gate();
      const resumed = gate();
      const read = jest.spyOn(one.connections, 'read').mockImplementationOnce(async (query) => {
        read.mockRestore();
        const found = await one.connections.read(query);
        returned.open();
        await resumed.opened;
        return found;
      });
      return { returned: returned.opened, resume: resumed.open };
    };

    it('starts no read while another one is pending', async () => {
      const { returned, resume } = holdResult();
      jest.advanceTimersByTime(TICK_MS);
      await returned;
      clock.advance(1_000);
      const caughtUp = feed.catchUp();
      await nextTurn();
      expect(reads).toHaveBeenCalledTimes(1);
      resume();
      await caughtUp;
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it.each([
      ['a tick', () => void jest.advanceTimersByTime(TICK_MS)],
      ['another hint', () => feed.hint()],
    ])('reads again after a hint that arrives during the read of %s', async (_, ask) => {
      const { returned, resume } = holdResult();
      ask();
      await returned;
      await change(other, 'late');
      feed.hint();
      await nextTurn();
      resume();
      await Reflect.get(feed, 'hintedRead');
      expect(received()).toEqual(['late']);
    });
  });
});
