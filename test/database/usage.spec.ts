import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Principal } from '../../src/common/access/index.js';
import { unavailable } from '../../src/common/errors/index.js';
import { OutcomeUnknownError, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import {
  ApiKeyEntity,
  type ApiKeysService,
  type KeyRemovalService,
} from '../../src/modules/api-keys/index.js';
import { ApiKeysRepository, type LastUse } from '../../src/modules/api-keys/api-keys.repository.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { UsageRecorder, UsageService, UsageStatsService } from '../../src/modules/usage/index.js';
import { UsagePruner } from '../../src/modules/usage/recording/usage.pruner.js';
import { UsageRepository } from '../../src/modules/usage/usage.repository.js';
import { UsageStatsRepository } from '../../src/modules/usage/stats/usage-stats.repository.js';
import type { UsageTally } from '../../src/modules/usage/usage.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';
import { fakeIntervals } from '../support/fake-intervals.js';
import { gate } from '../support/gate.js';
import { LogLines } from '../support/log-lines.js';
import { apiKeyRow, userRow } from '../support/rows.js';
import { StoppedClock } from '../support/test-clock.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
/** Half an hour before a full hour. */
const START = new Date('2026-01-05T09:30:00.000Z');
const HOUR = Math.floor(START.getTime() / HOUR_MS);
const UNAVAILABLE = unavailable(new Error('away'));

/** The real repository, with injected failures: before the write, or after it. */
class FailingRepository extends UsageRepository {
  readonly slices: number[] = [];
  /** The entries of the last write. */
  last: readonly UsageTally[] = [];
  before: (() => Promise<void>)[] = [];
  after: (() => Promise<void>)[] = [];

  override async add(...args: Parameters<UsageRepository['add']>): Promise<void> {
    this.slices.push(args[0].length);
    [this.last] = args;
    await this.before.shift()?.();
    await super.add(...args);
    await this.after.shift()?.();
  }
}

const failsWith = (error: Error) => () => Promise.reject(error);

onEachDatabase((kind) => {
  let test: TestDatabase;
  let one: OpenDatabase;
  let log: LogLines;
  let clock: StoppedClock;
  let repository: FailingRepository;
  let recorder: UsageRecorder;
  let userId: string;
  let key: string;

  beforeAll(async () => {
    test = await kind.create();
    one = await openDatabase(test.url);
    const user = userRow();
    userId = user.id;
    await one.dataSource.manager.insert(UserEntity, user);
    fakeIntervals();
  });

  afterAll(async () => {
    jest.useRealTimers();
    await one.close();
    await test.drop();
  });

  beforeEach(async () => {
    clock = new StoppedClock(START);
    repository = new FailingRepository(one.database);
    recorder = recorderOn(clock);
    for (const table of ['usage_hours', 'user_usage_hours'])
      await one.dataSource.query(`DELETE FROM ${table}`);
    [key] = await makeKeys(1);
    log = LogLines.record();
  });

  afterEach(() => log.stop());

  const keys = () => new ApiKeysRepository(one.database);
  const recorderOn = (itsClock: StoppedClock) => {
    const recordUses: ApiKeysService['recordUses'] = (transaction, uses) =>
      keys().recordUses(transaction, uses, itsClock.now());
    return new UsageRecorder(repository, { recordUses } as ApiKeysService, itsClock);
  };
  async function makeKeys(count: number): Promise<[string, ...string[]]> {
    const rows = Array.from({ length: count }, () => apiKeyRow({ userId }));
    await one.dataSource.manager.insert(ApiKeyEntity, rows);
    return rows.map(({ id }) => id) as [string, ...string[]];
  }
  /** Requests of a key by hour: accepted, limited, denied. */
  const stored = async (apiKeyId = key) =>
    (await repository.find({ apiKeyId }, 0, 10_000_000))
      .sort((a, b) => a.hour - b.hour)
      .map(({ hour, accepted, limited, denied }) => [hour - HOUR, accepted, limited, denied]);
  const storedOf = async (id: string) =>
    (await repository.find({ userId: id }, 0, 10_000_000))
      .sort((a, b) => a.hour - b.hour)
      .map(({ hour, accepted, limited, denied }) => [hour - HOUR, accepted, limited, denied]);
  const lastUse = async (apiKeyId = key) => {
    const found = await keys().findById(apiKeyId);
    return found?.lastUsedAt ? [found.lastUsedAt.getTime() - START.getTime(), found.lastUsedFrom] : null;
  };
  const use = (address: string) => recorder.noteUse(key, address, undefined);

  describe('the recorder', () => {
    it('adds outcomes of requests to the counts of their hour', async () => {
      recorder.count(key, 'accepted');
      recorder.count(key, 'limited');
      clock.advance(HOUR_MS / 2 - 1);
      recorder.count(key, 'accepted');
      await recorder.flush();
      recorder.count(key, 'accepted');
      clock.advance(1);
      recorder.count(key, 'denied');
      await recorder.flush();
      await recorder.flush();
      expect(await stored()).toEqual([
        [0, 3, 1, 0],
        [1, 0, 0, 1],
      ]);
    });

    it('records the later of two uses around a full hour, even without counted requests', async () => {
      use('203.0.113.1');
      clock.advance(HOUR_MS / 2);
      use('203.0.113.2');
      await recorder.flush();
      expect([await lastUse(), await stored()]).toEqual([[HOUR_MS / 2, '203.0.113.2'], []]);
    });

    it('never moves a last use back, neither for differing clocks nor for denied requests', async () => {
      const other = recorderOn(new StoppedClock(new Date(START.getTime() - 1)));
      use('203.0.113.1');
      recorder.count(key, 'limited');
      await recorder.flush();
      other.noteUse(key, '203.0.113.2', undefined);
      await other.flush();
      clock.advance(5_000);
      recorder.count(key, 'limited');
      recorder.count(key, 'denied');
      await recorder.flush();
      expect(await lastUse()).toEqual([0, '203.0.113.1']);
    });

    it('replaces a last use that is further in the future than clocks may differ', async () => {
      const useAt = async (aheadMs: number, address: string) => {
        const itsRecorder = recorderOn(new StoppedClock(new Date(START.getTime() + aheadMs)));
        itsRecorder.noteUse(key, address, undefined);
        await itsRecorder.flush();
      };
      await useAt(DAY_MS, '203.0.113.2');
      await useAt(0, '203.0.113.1');
      expect(await lastUse()).toEqual([DAY_MS, '203.0.113.2']);
      await useAt(DAY_MS + 1, '203.0.113.3');
      await useAt(0, '203.0.113.1');
      expect(await lastUse()).toEqual([0, '203.0.113.1']);
    });

    it('keeps unwritten entries, merged by key and hour, and writes each once', async () => {
      for (let round = 0; round < 3; round++) {
        repository.before = [failsWith(UNAVAILABLE)];
        for (const outcome of ['accepted', 'limited', 'limited', 'denied'] as const)
          recorder.count(key, outcome);
        use(`203.0.113.${round}`);
        await recorder.flush();
        clock.advance(1_000);
      }
      expect(await stored()).toEqual([]);
      expect(log.lines[2]).toBe(
        `Usage of 2 keys (12 requests) could not be written and will be written later: AppError: ${UNAVAILABLE.message}`,
      );
      await recorder.flush();
      await recorder.flush();
      expect(repository.slices).toEqual([1, 2, 2, 1]);
      expect([await stored(), await lastUse()]).toEqual([[[0, 3, 6, 3]], [2_000, '203.0.113.2']]);
    });

    it('keeps the latest use among unwritten entries, whatever the clock does', async () => {
      repository.before = [failsWith(UNAVAILABLE), failsWith(UNAVAILABLE), failsWith(UNAVAILABLE)];
      use('203.0.113.1');
      await recorder.flush();
      clock.setBy(-1);
      use('203.0.113.2');
      await recorder.flush();
      recorder.count(key, 'limited');
      await recorder.flush();
      clock.setBy(1);
      await recorder.flush();
      expect([await lastUse(), await stored()]).toEqual([[0, '203.0.113.1'], [[0, 0, 1, 0]]]);
    });

    it('keeps hours separate while it cannot write', async () => {
      repository.before = [failsWith(UNAVAILABLE), failsWith(UNAVAILABLE)];
      recorder.count(key, 'accepted');
      await recorder.flush();
      clock.advance(HOUR_MS);
      recorder.count(key, 'accepted');
      await recorder.flush();
      await recorder.flush();
      expect(await stored()).toEqual([
        [0, 1, 0, 0],
        [1, 1, 0, 0],
      ]);
    });

    it('writes fifty entries at a time, and stops at the first failure', async () => {
      const ids = (await makeKeys(120)).sort();
      for (const id of ids) recorder.count(id, 'accepted');
      repository.before = [() => Promise.resolve(), failsWith(UNAVAILABLE)];
      await recorder.flush();
      expect(repository.slices).toEqual([50, 50]);
      await recorder.flush();
      expect(repository.slices).toEqual([50, 50, 50, 20]);
      for (const id of ids) expect(await stored(id)).toEqual([[0, 1, 0, 0]]);
    });

    it('writes in a fixed order, so that instances do not block each other', async () => {
      const ids = await makeKeys(4);
      repository.before = [failsWith(UNAVAILABLE), failsWith(UNAVAILABLE)];
      for (const _ of [1, 2]) {
        for (const id of [...ids].sort().reverse()) recorder.count(id, 'accepted');
        await recorder.flush();
        // If the clock is set back, hours arrive out of order too.
        clock.setBy(-HOUR_MS);
      }
      await recorder.flush();
      const written = repository.last.map(({ apiKeyId, hour }) => `${apiKeyId} ${hour}`);
      expect(written).toHaveLength(8);
      expect(written).toEqual([...written].sort());
    });

    it('never repeats a write with an unknown outcome, and logs it', async () => {
      repository.after = [failsWith(OutcomeUnknownError.because(new Error('lost')))];
      recorder.count(key, 'accepted');
      await recorder.flush();
      await recorder.flush();
      expect([repository.slices, await stored()]).toEqual([[1], [[0, 1, 0, 0]]]);
      expect(log.lines).toEqual([
        expect.stringMatching(
          /^Usage of 1 keys \(1 requests\) may not have been written: OutcomeUnknownError/,
        ),
      ]);
    });

    it('drops an entry that can never be written, and continues with the rest', async () => {
      for (const id of await makeKeys(60)) recorder.count(id, 'accepted');
      repository.before = [failsWith(new Error('broken'))];
      await recorder.flush();
      await recorder.flush();
      expect(repository.slices).toEqual([50, 10]);
      expect(log.lines).toEqual([
        'Usage of 50 keys (50 requests) could not be written and is lost: Error: broken',
      ]);
    });

    it('runs one flush at a time', async () => {
      const { open, opened } = gate();
      const started = gate();
      repository.before = [() => (started.open(), opened)];
      recorder.count(key, 'accepted');
      const first = recorder.flush();
      await started.opened;
      recorder.count(key, 'accepted');
      const second = recorder.flush();
      await nextTurn();
      expect(repository.slices).toEqual([1]);
      open();
      await Promise.all([first, second]);
      expect([repository.slices, await stored()]).toEqual([[1, 1], [[0, 2, 0, 0]]]);
    });

    it('keeps half a million entries while the database is unavailable, and logs how many it dropped', async () => {
      const leftOver = Reflect.get(recorder, 'leftOver') as Map<string, unknown>;
      const size = jest.spyOn(leftOver, 'size', 'get');
      const [second] = await makeKeys(1);
      repository.before = [failsWith(UNAVAILABLE)];
      recorder.count(key, 'accepted');
      recorder.count(second, 'accepted');
      size.mockReturnValueOnce(499_999).mockReturnValueOnce(500_000);
      await recorder.flush();
      size.mockRestore();
      expect(log.about(/memory/)).toEqual([
        '1 hourly usage counts were lost, because they did not fit in memory.',
      ]);
      await recorder.flush();
      expect(log.about(/memory/)).toHaveLength(1);
      expect([await stored(), await stored(second)]).toEqual([[[0, 1, 0, 0]], []]);
    });

    it('writes every five seconds until shutdown, and the rest at shutdown', async () => {
      const listeners = process.listenerCount('exit');
      recorder.onModuleInit();
      recorder.count(key, 'accepted');
      jest.advanceTimersByTime(4_999);
      expect(Reflect.get(recorder, 'pending')).toHaveProperty('size', 1);
      jest.advanceTimersByTime(1);
      await Reflect.get(recorder, 'flushing');
      expect(repository.slices).toEqual([1]);
      recorder.count(key, 'accepted');
      await recorder.onApplicationShutdown();
      expect(await stored()).toEqual([[0, 2, 0, 0]]);
      recorder.count(key, 'accepted');
      jest.advanceTimersByTime(60_000);
      await Reflect.get(recorder, 'flushing');
      expect(repository.slices).toEqual([1, 1]);
      expect([process.listenerCount('exit'), log.lines]).toEqual([listeners, []]);
    });

    it('logs at shutdown what it could not write', async () => {
      recorder.count(key, 'accepted');
      repository.before = [failsWith(UNAVAILABLE)];
      await recorder.onApplicationShutdown();
      expect(log.about(/process is exiting/)).toEqual([
        'The process is exiting without having written the usage of 1 keys (1 requests).',
      ]);
    });

    it('logs what is unwritten if the process ends during its shutdown', async () => {
      const { open, opened } = gate();
      const started = gate();
      repository.before = [() => (started.open(), opened)];
      recorder.count(key, 'accepted');
      recorder.count(key, 'denied');
      const shutdown = recorder.onApplicationShutdown();
      await started.opened;
      const onExit = process.listeners('exit').at(-1) as () => void;
      onExit();
      expect(log.lines).toEqual([
        'The process is exiting without having written the usage of 1 keys (2 requests).',
      ]);
      open();
      await shutdown;
      expect(log.lines).toHaveLength(1);
    });
  });

  describe('the repository', () => {
    const tally = (apiKeyId: string, hour = HOUR): UsageTally => ({
      apiKeyId,
      hour,
      accepted: 1,
      limited: 2,
      denied: 3,
    });
    const nothing = () => Promise.resolve();

    it('writes the usage of the other keys if a key has been removed meanwhile', async () => {
      const [removed] = await makeKeys(1);
      await one.dataSource.manager.delete(ApiKeyEntity, { id: removed });
      recorder.count(removed, 'accepted');
      recorder.count(key, 'accepted');
      use('203.0.113.1');
      await recorder.flush();
      expect([await stored(), await stored(removed), await lastUse()]).toEqual([
        [[0, 1, 0, 0]],
        [],
        [0, '203.0.113.1'],
      ]);
      expect(log.lines).toEqual([]);
    });

    it('writes counts and uses in one transaction', async () => {
      const failed = new Error('no');
      const alongside = jest.fn(failsWith(failed));
      await expect(repository.add([tally(key)], alongside)).rejects.toBe(failed);
      expect(alongside).toHaveBeenCalledTimes(1);
      expect(await stored()).toEqual([]);
      const uses: LastUse[] = [{ apiKeyId: key, at: START, from: '203.0.113.1' }];
      const both = repository.add([tally(key)], async (transaction) => {
        await keys().recordUses(transaction, uses, START);
        throw failed;
      });
      await expect(both).rejects.toBe(failed);
      expect(await lastUse()).toBeNull();
    });

    it('finds the hours of one key in a range, and sums those of all keys', async () => {
      const [second] = await makeKeys(1);
      const rows = [-2, -1, 0, 1, 2].map((offset) => tally(key, HOUR + offset));
      await repository.add([...rows, tally(second, HOUR)], nothing);
      const hours = (found: readonly { hour: number }[]) =>
        found.map(({ hour }) => hour - HOUR).sort((a, b) => a - b);
      expect(hours(await repository.find({ apiKeyId: key }, HOUR - 1, HOUR + 1))).toEqual([-1, 0, 1]);
      const totals = await new UsageStatsRepository(one.database).totals([HOUR - 1, HOUR, HOUR + 1]);
      expect(hours(totals)).toEqual([-1, 0, 1]);
      expect(totals.find(({ hour }) => hour === HOUR)).toEqual({
        hour: HOUR,
        accepted: 2,
        limited: 4,
        denied: 6,
      });
    });

    it("adds up the usage of a user's keys by hour, and keeps it when a key is removed", async () => {
      const [second] = await makeKeys(1);
      const other = userRow();
      await one.dataSource.manager.insert(UserEntity, other);
      const theirs = apiKeyRow({ userId: other.id });
      await one.dataSource.manager.insert(ApiKeyEntity, theirs);
      for (const _ of [1, 2])
        await repository.add([tally(key), tally(second), tally(second, HOUR + 1), tally(theirs.id)], nothing);
      const remove = async (transaction: Transaction) => {
        await repository.deleteOf(transaction, second);
        await transaction.manager.delete(ApiKeyEntity, { id: second });
      };
      await one.database.write(SYSTEM_AUTHOR, remove);
      expect(await storedOf(userId)).toEqual([
        [0, 4, 8, 12],
        [1, 2, 4, 6],
      ]);
      expect(await storedOf(other.id)).toEqual([[0, 2, 4, 6]]);
    });

    it('adds counts of several instances to the same users without losing or repeating any', async () => {
      const ids = await makeKeys(100);
      const others = [userRow(), userRow(), userRow()];
      await one.dataSource.manager.insert(UserEntity, others);
      const theirs = Array.from({ length: 60 }, (_, n) => apiKeyRow({ userId: others[n % 3]!.id }));
      await one.dataSource.manager.insert(ApiKeyEntity, theirs);
      const all = [...ids, ...theirs.map(({ id }) => id)];
      const recorders = [1, 2, 3].map(() => recorderOn(clock));
      for (let round = 0; round < 5; round++) {
        for (const each of recorders) for (const id of all) each.count(id, 'accepted');
        await Promise.all(recorders.map((each) => each.flush()));
      }
      expect(await storedOf(userId)).toEqual([[0, 1_500, 0, 0]]);
      for (const { id } of others) expect(await storedOf(id)).toEqual([[0, 300, 0, 0]]);
      expect(log.lines).toEqual([]);
    });

    it('deletes the usage of one key', async () => {
      const [second] = await makeKeys(1);
      await repository.add([tally(key), tally(second)], nothing);
      await one.database.write(SYSTEM_AUTHOR, (transaction) => repository.deleteOf(transaction, key));
      expect([await stored(), await stored(second)]).toEqual([[], [[0, 1, 2, 3]]]);
    });
  });

  describe('the pruner', () => {
    const OLDEST = Math.floor((START.getTime() - 400 * DAY_MS) / HOUR_MS);
    const hooks: Parameters<KeyRemovalService['beforeRemoval']>[0][] = [];
    const removal = { beforeRemoval: (hook) => void hooks.push(hook) } as KeyRemovalService;
    const fill = (...hours: number[]) =>
      repository.add(
        hours.map((hour) => ({ apiKeyId: key, hour, accepted: 1, limited: 0, denied: 0 })),
        () => Promise.resolve(),
      );
    const left = async () => (await stored()).map(([hour]) => hour! + HOUR - OLDEST);

    it('deletes only usage older than 400 days, every minute until shutdown', async () => {
      const pruner = new UsagePruner(repository, removal, clock);
      const steps = jest.spyOn(pruner, 'step');
      await fill(OLDEST - 2, OLDEST - 1, OLDEST, HOUR);
      pruner.onModuleInit();
      jest.advanceTimersByTime(59_999);
      expect(steps).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      await steps.mock.results[0]!.value;
      expect(await left()).toEqual([0, HOUR - OLDEST]);
      pruner.onApplicationShutdown();
      jest.advanceTimersByTime(600_000);
      expect(steps).toHaveBeenCalledTimes(1);
    });

    it('deletes the oldest rows first, in batches', async () => {
      await fill(OLDEST - 3, OLDEST - 2, OLDEST - 1, OLDEST);
      expect(await repository.prune(OLDEST, 2)).toBe(2);
      expect(await left()).toEqual([-1, 0]);
      expect(await repository.prune(OLDEST, 2)).toBe(1);
      expect(await repository.prune(OLDEST, 2)).toBe(0);
      expect(await left()).toEqual([0]);
      expect((await storedOf(userId)).map(([hour]) => hour! + HOUR - OLDEST)).toEqual([0]);
    });

    it('deletes at most 10,000 rows a minute, and stops when fewer are left', async () => {
      const prune = jest
        .spyOn(repository, 'prune')
        .mockImplementation((_, atMost) => Promise.resolve(atMost));
      const pruner = new UsagePruner(repository, removal, clock);
      await pruner.step();
      expect(prune.mock.calls).toEqual(Array.from({ length: 20 }, () => [OLDEST, 500]));
      prune.mockClear().mockResolvedValueOnce(500).mockResolvedValueOnce(499);
      await pruner.step();
      expect(prune).toHaveBeenCalledTimes(2);
    });

    it('logs a failed deletion and tries again a minute later', async () => {
      jest.spyOn(repository, 'prune').mockRejectedValueOnce(new Error('away'));
      await new UsagePruner(repository, removal, clock).step();
      expect(log.lines).toEqual(['Old usage data could not be deleted: Error: away']);
    });

    it('deletes the usage of a removed key', async () => {
      const pruner = new UsagePruner(repository, removal, clock);
      pruner.onModuleInit();
      pruner.onApplicationShutdown();
      await fill(HOUR);
      await one.database.write(SYSTEM_AUTHOR, (transaction) => hooks.at(-1)!(transaction, key));
      expect(await stored()).toEqual([]);
    });
  });

  describe('the service', () => {
    const caller = { userId: 'ada' } as Principal;
    const requested: unknown[] = [];
    const get = ((...args: unknown[]) =>
      Promise.resolve(requested.push(args))) as unknown as ApiKeysService['get'];
    const service = () => new UsageService(repository, { get } as ApiKeysService, clock);
    const before = (ms: number) => new Date(START.getTime() - ms);
    const show = (interval: 'hour' | 'day', from: Date | null, to: Date | null) =>
      service().show(caller, key, { interval, from, to });

    it("shows a day by hour and thirty days by day, up to now, to the key's owner", async () => {
      const [hours, days] = [await show('hour', null, null), await show('day', null, null)];
      expect(requested).toContainEqual([caller, key]);
      expect([hours.length, hours[0]!.at, hours.at(-1)!.at]).toEqual([
        25,
        new Date('2026-01-04T09:00:00.000Z'),
        new Date('2026-01-05T09:00:00.000Z'),
      ]);
      expect([days.length, days[0]!.at, days.at(-1)!.at]).toEqual([
        31,
        new Date('2025-12-06T00:00:00.000Z'),
        new Date('2026-01-05T00:00:00.000Z'),
      ]);
    });

    it('counts each request in its own hour and day', async () => {
      const at = (hour: number) => ({ apiKeyId: key, hour, accepted: 1, limited: 2, denied: 3 });
      const midnight = Math.floor(new Date('2026-01-05T00:00:00.000Z').getTime() / HOUR_MS);
      await repository.add([at(midnight - 1), at(midnight), at(midnight + 23), at(midnight + 24)], () =>
        Promise.resolve(),
      );
      const sums = (buckets: readonly { accepted: number; limited: number; denied: number }[]) =>
        buckets.map(({ accepted, limited, denied }) => [accepted, limited, denied]);
      const range = [new Date('2026-01-05T00:30:00.000Z'), new Date('2026-01-05T23:30:00.000Z')] as const;
      expect(sums(await show('day', ...range))).toEqual([[2, 4, 6]]);
      const hours = sums(await show('hour', ...range));
      expect([hours.length, hours[0], hours[1], hours[23]]).toEqual([24, [1, 2, 3], [0, 0, 0], [1, 2, 3]]);
      // A range that ends on the full hour excludes that hour.
      expect(await show('hour', before(HOUR_MS * 1.5), before(HOUR_MS / 2))).toHaveLength(1);
    });

    it.each([
      ['hour', 90],
      ['day', 400],
    ] as const)('shows by %s at most %s days, and rejects an empty range', async (interval, days) => {
      expect(await show(interval, before(days * DAY_MS), null)).toBeDefined();
      const rejected = { kind: { code: 'validation_failed' }, errors: [{ field: 'from' }] };
      await expect(show(interval, before(days * DAY_MS + 1), null)).rejects.toMatchObject(rejected);
      await expect(show(interval, START, START)).rejects.toMatchObject(rejected);
      expect(await show(interval, before(1), null)).toHaveLength(1);
    });

    it('compares a period with the equally long span before it, for a key and for a user', async () => {
      const [second] = await makeKeys(1);
      const at = (apiKeyId: string, hour: number, accepted: number) => ({
        apiKeyId,
        hour,
        accepted,
        limited: 1,
        denied: 0,
      });
      const counts = [
        at(key, HOUR, 1),
        at(key, HOUR - 23, 10),
        at(key, HOUR - 24, 100),
        at(key, HOUR - 47, 1_000),
        at(key, HOUR - 48, 10_000),
        at(second, HOUR, 5),
      ];
      await repository.add(counts, () => Promise.resolve());
      const { buckets, totals, previousTotals } = await service().ofPeriod(caller, key, '24h');
      expect(requested).toContainEqual([caller, key]);
      expect([buckets.length, buckets[0]!.accepted, buckets.at(-1)!.accepted]).toEqual([24, 10, 1]);
      expect([totals, previousTotals]).toEqual([
        { accepted: 11, limited: 2, denied: 0 },
        { accepted: 1_100, limited: 2, denied: 0 },
      ]);
      const days = await service().ofSubjectInPeriod({ userId }, '7d');
      expect(
        days.buckets.map(({ at: time, accepted }) => [time.toISOString().slice(0, 10), accepted]),
      ).toEqual([
        ['2025-12-30', 0],
        ['2025-12-31', 0],
        ['2026-01-01', 0],
        ['2026-01-02', 0],
        ['2026-01-03', 11_000],
        ['2026-01-04', 110],
        ['2026-01-05', 6],
      ]);
      expect([days.totals.accepted, days.previousTotals.accepted]).toEqual([11_116, 0]);
      const week = new Date(START.getTime() + 7 * DAY_MS);
      const later = await service().ofSubjectInPeriod({ userId }, '7d', week);
      expect([later.totals.accepted, later.previousTotals.accepted]).toEqual([0, 11_116]);
    });

    it('sums the hours of all keys, excluding the hour at the end of the range', async () => {
      const at = (hour: number) => ({ apiKeyId: key, hour, accepted: 1, limited: 0, denied: 0 });
      await repository.add([at(HOUR - 24), at(HOUR + 1)], () => Promise.resolve());
      const end = new Date((HOUR + 1) * HOUR_MS);
      const stats = new UsageStatsService(new UsageStatsRepository(one.database));
      const { buckets } = await stats.between(before(DAY_MS), end);
      expect([buckets.length, buckets[0]!.accepted, buckets.at(-1)!.accepted]).toEqual([25, 1, 0]);
    });
  });
});
