import { DataSource, type EntityManager } from 'typeorm';
import type { ListPosition } from '../../src/common/pagination/index.js';
import { countInSteps, Database, dialectOf, IndexScan } from '../../src/database/index.js';
import { ApiKeyFinder } from '../../src/modules/api-keys/listing/api-key-finder.js';
import {
  API_KEY_SORTS,
  ALL_OWN_KEYS,
  ApiKeyEntity,
  type ApiKeySort,
  type ApiKeyStatus,
  type OwnApiKeyFilter,
} from '../../src/modules/api-keys/index.js';
import {
  resolveOwnFilter,
  type ResolvedOwnFilter,
} from '../../src/modules/api-keys/listing/own-key-filter.js';
import { OwnKeyFinder } from '../../src/modules/api-keys/listing/own-key-finder.js';
import { OwnKeysRepository } from '../../src/modules/api-keys/listing/own-keys.repository.js';
import { statusAt } from '../../src/modules/api-keys/api-key-status.js';
import { ApiKeysRepository, type ApiKeyFilter } from '../../src/modules/api-keys/api-keys.repository.js';
import { ApiKeyCountsRepository } from '../../src/modules/api-keys/administration/api-key-counts.repository.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { UsersRepository, type UserFilter } from '../../src/modules/users/users.repository.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { apiKeyRow, userRow } from '../support/rows.js';
import { seededRandom } from '../support/seeded-random.js';

const NOW = new Date('2026-06-01T00:00:00.000Z');
const DAY_MS = 86_400_000;
const ALL: ApiKeyFilter = { userId: null, status: null, search: null, unusedSince: null };
const STATUSES: (ApiKeyStatus | null)[] = [null, 'active', 'expired', 'revoked'];

const positionOf = ({ id, createdAt, lastUsedAt }: ApiKeyEntity, sort: ApiKeySort): ListPosition =>
  sort === 'createdAt' ? { id, createdAt } : { id, createdAt, sortTime: lastUsedAt };
const byLastUse = (one: ApiKeyEntity, other: ApiKeyEntity) =>
  (other.lastUsedAt?.getTime() ?? 0) - (one.lastUsedAt?.getTime() ?? 0) || byNewest(one, other);
const byNewest = (one: ListPosition, other: ListPosition) =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

/**
 * Enough rows that no list finds all its items in the first step: searched items are old or rare, and users
 * have more keys than one step reads. Each list must equal the result of a full scan.
 */
onEachDatabase((kind) => {
  const random = seededRandom(20_261_125);
  let app: TestApp;
  let keys: ApiKeyEntity[];
  let users: UserEntity[];
  const address = new Map<string, string>();

  const at = (daysAgo: number) => new Date(NOW.getTime() - Math.floor(daysAgo * DAY_MS));
  const oneOf = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

  function makeUsers(): UserEntity[] {
    const rows: UserEntity[] = [];
    for (let n = 0; n < 900; n++) {
      const name = n < 40 ? `Old ${n}` : `New ${n}`;
      rows.push(
        userRow({
          name,
          email: `${n % 7 === 0 ? 'team' : 'solo'}-${n}@example.com`,
          role: n < 30 ? 'premium' : 'standard',
          status: n % 50 === 3 ? 'suspended' : 'active',
          // Several users share a creation time.
          createdAt: at(300 - Math.floor(n / 5)),
        }),
      );
    }
    return rows;
  }

  /** @param daysAgo age of the oldest key; the newest is from today. */
  function makeKeys(count: number, daysAgo: number, owner: () => string): ApiKeyEntity[] {
    return Array.from({ length: count }, (_, n) => {
      const age = daysAgo * (1 - n / count);
      const isOld = age > daysAgo * 0.6;
      const usedAgo = random() < 0.5 ? null : age * random();
      return apiKeyRow({
        userId: owner(),
        name: isOld ? `Device ${n}` : `Key ${n}`,
        createdAt: at(Math.round(age * 24) / 24),
        expiresAt: n % 3 === 0 ? at(age - daysAgo / 2) : null,
        revokedAt: isOld && n % 2 === 0 ? at(age / 2) : null,
        lastUsedAt: usedAgo === null ? null : at(usedAgo),
      });
    });
  }

  async function insertAll(entity: typeof ApiKeyEntity | typeof UserEntity, rows: object[]): Promise<void> {
    const dataSource = app.nest.get(DataSource);
    for (let start = 0; start < rows.length; start += 500) {
      const values = rows.slice(start, start + 500);
      await dataSource
        .createQueryBuilder()
        .insert()
        .into(entity)
        .values(values)
        .updateEntity(false)
        .execute();
    }
  }

  beforeAll(async () => {
    app = await TestApp.start(kind);
    users = makeUsers();
    await insertAll(UserEntity, users);
    for (const { id, email } of users) address.set(id, email);
    keys = [
      ...makeKeys(3_000, 500, () => oneOf(users.slice(1, 400)).id),
      // More than one step reads.
      ...makeKeys(12_000, 40, () => users[0]!.id),
      ...makeKeys(2_000, 60, () => users[2]!.id),
    ];
    await insertAll(ApiKeyEntity, keys);
  }, 120_000);

  afterAll(() => app.stop());

  function matches(key: ApiKeyEntity, { userId, status, search, unusedSince }: ApiKeyFilter): boolean {
    const texts = [key.nameFolded, key.prefixFolded, ...(userId === null ? [address.get(key.userId)!] : [])];
    return (
      (userId === null || key.userId === userId) &&
      (status === null || statusAt(key, NOW) === status) &&
      (search === null || texts.some((text) => text.startsWith(search))) &&
      (unusedSince === null ||
        (key.createdAt < unusedSince && (key.lastUsedAt === null || key.lastUsedAt < unusedSince)))
    );
  }

  /** Reads only some of the pages, because all of them would take long. */
  async function expectSame(
    name: string,
    expected: ListPosition[],
    page: (
      after: ListPosition | null,
    ) => Promise<{ items: readonly ListPosition[]; next: ListPosition | null }>,
  ): Promise<void> {
    const sorted = [...expected].sort(byNewest);
    const starts = [-1, 0, Math.floor(sorted.length / 2), sorted.length - 30].filter(
      (n) => n < sorted.length,
    );
    for (const start of new Set(starts.map((n) => Math.max(n, -1)))) {
      const { items, next } = await page(sorted[start] ?? null);
      const expected = sorted.slice(start + 1, start + 21).map(({ id }) => id);
      expect([name, start, items.map(({ id }) => id)]).toEqual([name, start, expected]);
      expect([name, start, next !== null]).toEqual([name, start, sorted.length > start + 21]);
    }
  }

  const searches = () => [
    null,
    'zzzz',
    'key',
    'device 1',
    'device',
    'chm_',
    keys[100]!.prefixFolded.slice(0, 6),
    keys[2_900]!.prefixFolded,
    'solo-',
    'team-',
    'team-7@',
    address.get(users[1]!.id)!,
  ];

  it.each([null, 20, 200, 5_000])('lists the keys of all users, unused for %p days', async (days) => {
    const repository = app.nest.get(ApiKeysRepository);
    for (const status of STATUSES) {
      for (const search of searches()) {
        const filter = { ...ALL, status, search, unusedSince: days === null ? null : at(days) };
        const expected = keys.filter((key) => matches(key, filter));
        await expectSame(`${status} ${search}`, expected, (after) =>
          repository.list(filter, { limit: 20, after }, NOW),
        );
      }
    }
  });

  it.each([0, 2, 7])('lists the keys of users with many and with few keys (user %i)', async (n) => {
    const repository = app.nest.get(ApiKeysRepository);
    const userId = users[n]!.id;
    for (const unusedSince of [null, at(20)]) {
      for (const status of STATUSES) {
        for (const search of searches()) {
          const filter = { userId, status, search, unusedSince };
          const expected = keys.filter((key) => matches(key, filter));
          await expectSame(`${status} ${search}`, expected, (after) =>
            repository.list(filter, { limit: 20, after }, NOW),
          );
        }
      }
    }
  });

  it.each([0, 7])(
    "lists a user's own keys in every order, with many and with few keys (user %i)",
    async (n) => {
      const repository = app.nest.get(OwnKeysRepository);
      const userId = users[n]!.id;
      const ofUser = keys.filter((key) => key.userId === userId);
      const none = { userId, id: null, isNotRevoked: false, isNeverUsed: false };
      const filters: ResolvedOwnFilter[] = STATUSES.flatMap((status) =>
        [null, 'zzzz', 'vice 1', 'key', 'chm_', 'y 1', ofUser.at(-1)!.prefixFolded].flatMap((text) =>
          [null, at(20), at(5_000)].flatMap((unusedSince) => ({
            ...none,
            status,
            text,
            unusedSince,
            expiresBy: null,
          })),
        ),
      );
      const others = { status: null, text: null, unusedSince: null, expiresBy: null };
      const soon = new Date(NOW.getTime() + 5 * DAY_MS);
      filters.push(
        { ...none, ...others, expiresBy: soon },
        { ...none, ...others, expiresBy: soon, text: 'key', unusedSince: at(1) },
        { ...none, ...others, isNeverUsed: true },
        { ...none, ...others, isNotRevoked: true },
        { ...none, ...others, isNeverUsed: true, isNotRevoked: true, text: 'y 1', unusedSince: at(3) },
      );
      for (const filter of filters) {
        const matching = ofUser.filter((key) => matchesOwn(key, filter));
        for (const sort of API_KEY_SORTS) {
          const sorted = [...matching].sort(sort === 'createdAt' ? byNewest : byLastUse);
          for (const start of new Set([-1, 0, Math.floor(sorted.length / 2), sorted.length - 10])) {
            if (start < -1 || start >= sorted.length) continue;
            const last = sorted[start];
            const sortTime = sort === 'lastUsedAt' ? { sortTime: last?.lastUsedAt ?? null } : {};
            const after = last ? { createdAt: last.createdAt, id: last.id, ...sortTime } : null;
            const found = await repository.list(filter, { limit: 20, after, sort }, NOW);
            const label = JSON.stringify([filter, sort, start]);
            const expected = sorted.slice(start + 1, start + 21).map(({ id }) => id);
            expect([label, found.items.map(({ id }) => id)]).toEqual([label, expected]);
            const next = sorted.length > start + 21 ? positionOf(sorted[start + 20]!, sort) : null;
            expect([label, found.next]).toEqual([label, next]);
            expect([label, found.total]).toEqual([label, Math.min(matching.length, 1_001)]);
          }
        }
      }
    },
  );

  const matchesOwn = (key: ApiKeyEntity, filter: ResolvedOwnFilter): boolean =>
    matches(key, { ...ALL, status: filter.status, unusedSince: filter.unusedSince }) &&
    (filter.text === null ||
      key.nameFolded.includes(filter.text) ||
      key.prefixFolded.startsWith(filter.text)) &&
    (filter.expiresBy === null ||
      (statusAt(key, NOW) === 'active' && key.expiresAt !== null && key.expiresAt <= filter.expiresBy)) &&
    (!filter.isNeverUsed || (key.lastUsedAt === null && statusAt(key, NOW) === 'active')) &&
    (!filter.isNotRevoked || key.revokedAt === null);

  it('reads a range of an index in several steps', async () => {
    const userId = users[0]!.id;
    const found = await app.nest.get(Database).read(async (manager) => {
      const range = {
        table: 'api_keys',
        alias: 'apiKey',
        index: 'api_keys_owner',
        pinned: ['user_id'],
        key: ['created_at', 'id'],
        where: dialectOf(manager).isEqual('apiKey.user_id', ':userId'),
        parameters: { userId },
      };
      const scan = new IndexScan(manager, range, 1_000);
      const revoked = 'apiKey.revoked_at IS NOT NULL';
      return {
        all: await scan.findLast(['id'], null, 20_000, null),
        revoked: await scan.findLast(['id'], revoked, 5_000, null),
        first: await scan.findFirstBy(['id'], ['id'], revoked, 7),
        count: await scan.count(revoked, 20_000),
        most: await scan.count(null, 1_234),
        counts: await scan.countEach({ every: '1 = 1', revoked }),
      };
    });
    const sorted = keys.filter((key) => key.userId === userId).sort(byNewest);
    const revoked = sorted.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id);
    expect(found.all.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
    expect(found.revoked.map(({ id }) => id)).toEqual(revoked.slice(0, 5_000));
    expect(found.first.map(({ id }) => id)).toEqual(expect.arrayContaining(revoked.sort().slice(-7)));
    expect(found.count).toBe(revoked.length);
    expect(found.most).toBe(1_234);
    expect(found.counts).toEqual({ every: sorted.length, revoked: revoked.length });
  });

  it('counts the active keys of users', async () => {
    const repository = app.nest.get(ApiKeysRepository);
    const ids = users.map(({ id }) => id);
    const counts = await app.nest.get(ApiKeyCountsRepository).countActiveByUser(ids, NOW);
    for (const { id } of users) {
      const active = keys.filter((key) => key.userId === id && statusAt(key, NOW) === 'active');
      expect(counts.get(id) ?? 0).toBe(active.length);
    }
    const [{ id }] = users as [UserEntity];
    const count = (atMost?: number) =>
      app.nest.get(Database).read((manager) => repository.countActive(manager, id, NOW, atMost));
    expect(await count()).toBe(counts.get(id));
    expect(await count(100)).toBe(100);
  });

  it('counts all keys, in one step and in several', async () => {
    const unusedSince = at(20);
    const is = (status: ApiKeyStatus) => keys.filter((key) => statusAt(key, NOW) === status);
    const unused = is('active').filter((key) => matches(key, { ...ALL, unusedSince }));
    const byStatus = {
      active: is('active').length,
      expired: is('expired').length,
      revoked: is('revoked').length,
    };
    const figures = await app.nest.get(ApiKeyCountsRepository).count(NOW, unusedSince);
    expect(figures).toEqual({
      total: keys.length,
      byStatus,
      neverUsed: is('active').filter(({ lastUsedAt }) => lastUsedAt === null).length,
      unusedFor90Days: unused.length,
    });
    for (const step of [1_000, 1_501, 15_000, 15_001]) {
      const counted = await app.nest.get(Database).read((manager) =>
        countInSteps(
          manager,
          {
            table: 'api_keys',
            alias: 'apiKey',
            index: 'api_keys_owner',
            key: ['user_id', 'created_at', 'id'],
            columns: ['revoked_at'],
            where: '1 = 1',
            counts: { every: '1 = 1', revoked: 'apiKey.revoked_at IS NOT NULL' },
            parameters: {},
          },
          step,
        ),
      );
      expect(counted).toEqual({ every: keys.length, revoked: byStatus.revoked });
    }
  });

  it('lists users by role, status and search', async () => {
    const repository = app.nest.get(UsersRepository);
    const isMade = new Set(users.map(({ id }) => id));
    for (const role of [null, 'premium', 'standard'] as const) {
      for (const status of [null, 'active', 'suspended'] as const) {
        for (const search of [null, 'old', 'new', 'old 3', 'team-', 'solo-8', 'zzzz']) {
          const filter: UserFilter = { role, status, search };
          const expected = users.filter(
            (user) =>
              (!role || user.role === role) &&
              (!status || user.status === status) &&
              (!search || user.nameFolded.startsWith(search) || user.email.startsWith(search)),
          );
          await expectSame(`${role} ${status} ${search}`, expected, async (after) => {
            const page = await repository.list(filter, { limit: 21, after });
            // The app's first admin is not one of the test's users.
            const items = page.items.filter(({ id }) => isMade.has(id)).slice(0, 20);
            const wasFull = page.items.filter(({ id }) => isMade.has(id)).length > 20 || page.next !== null;
            return { items, next: wasFull ? items.at(-1)! : null };
          });
        }
      }
    }
  });

  /** With a wrong index, a list would read all 17,000 keys. */
  const readers: [string, Partial<ApiKeyFilter> & { own?: number }, number][] = [
    ['all keys', {}, 100],
    ['no key by name', { search: 'zzzz' }, 4_000],
    ['old names', { search: 'device 12' }, 1_500],
    ['few keys by prefix', { search: 'chm_00' }, 1_500],
    ['an unknown email', { search: 'nobody@' }, 4_000],
    ['expired keys', { status: 'expired' }, 1_500],
    ['unused keys', { unusedSince: at(499) }, 1_500],
    ['few keys of a status by name', { status: 'expired', search: 'device 11' }, 5_000],
    ["a user's own keys", { own: 0 }, 100],
    ["none of a user's keys by name", { own: 7, search: 'zzzz' }, 100],
    ["a user's revoked keys", { own: 7, status: 'revoked' }, 100],
    ["a user's unused keys", { own: 2, unusedSince: at(59) }, 1_500],
    [
      "a user's unused keys of a status by name",
      { own: 2, unusedSince: at(30), status: 'active', search: 'y' },
      4_500,
    ],
  ];

  it.each(readers)('reads few index entries for %s', async (_name, { own, ...conditions }, most) => {
    const filter = { ...ALL, ...conditions, userId: own === undefined ? null : users[own]!.id };
    const read = await app.nest.get(Database).read((manager) =>
      entriesRead(manager, async () => {
        await new ApiKeyFinder(manager, null, NOW).find(filter, 21);
      }),
    );
    expect(read).toBeLessThan(most);
  });

  /** The last value is the number of queries that sort, because no index has the order. */
  const ownFilters: [string, Partial<OwnApiKeyFilter>, number][] = [
    ['all keys', {}, 0],
    ['a part of a name', { search: 'zzzz' }, 0],
    ['unused keys', { unusedForDays: 10 }, 2],
    ['keys that expire soon', { expiresWithinDays: 3 }, 0],
    ['keys that have never been used', { isNeverUsed: true }, 0],
    ['unused keys of a status by name', { unusedForDays: 9, status: 'active', search: 'y' }, 2],
  ];

  it.each(ownFilters)(
    "reads no rows to list and count a user's own keys: %s",
    async (_name, conditions, sorts) => {
      const filter = resolveOwnFilter({ ...ALL_OWN_KEYS, ...conditions }, users[0]!.id, NOW);
      const details = await app.nest.get(Database).read((manager) =>
        plansOf(manager, async () => {
          const finder = new OwnKeyFinder(manager, filter, NOW);
          for (const sort of API_KEY_SORTS) {
            const [first] = await finder.find(sort, null, 21);
            await finder.find(sort, first ?? null, 21);
          }
          await finder.count(1_001);
        }),
      );
      const reads = details.filter((detail) => detail.includes('apiKey'));
      expect(reads.filter((detail) => !/USING COVERING INDEX|Using index/.test(detail))).toEqual([]);
      expect(details.filter((detail) => /USE TEMP B-TREE|filesort/.test(detail))).toHaveLength(sorts);
    },
  );

  it("counts a user's active keys at a creation without reading other keys", async () => {
    const repository = app.nest.get(ApiKeysRepository);
    const read = await app.nest.get(Database).read((manager) =>
      entriesRead(manager, async () => {
        await repository.countActive(manager, users[0]!.id, NOW, 100);
      }),
    );
    expect(read).toBeLessThan(250);
  });
});

/**
 * Counts the index entries and rows that the queries read. MariaDB counts them itself. On SQLite, a query
 * counts only if its plan scans a whole table or index.
 */
async function entriesRead(manager: EntityManager, queries: () => Promise<void>): Promise<number> {
  if (dialectOf(manager).allowsSeveralServers) {
    const before = await handlerReads(manager);
    await queries();
    return (await handlerReads(manager)) - before;
  }
  const statements: [string, unknown[]][] = [];
  const run = manager.query.bind(manager);
  manager.query = async <T>(query: string, parameters?: unknown[]): Promise<T> => {
    statements.push([query, parameters ?? []]);
    return run<T>(query, parameters);
  };
  await queries();
  manager.query = run;
  let whole = 0;
  for (const [query, parameters] of statements) {
    const plan = await run<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${query}`, parameters);
    expect(plan.map(({ detail }) => detail).join()).toMatch(/INDEX/);
    const scans = plan.filter(({ detail }) => /^SCAN (apiKey|users|owner|person)/.test(detail));
    // The last columns of an index that is sorted like the list.
    const isEnd =
      /LIMIT 1\b|LIMIT 21\b/.test(query) && !plan.some(({ detail }) => detail.includes('TEMP B-TREE'));
    if (scans.length > 0 && !isEnd) whole += 1_000_000;
  }
  return whole;
}

/** Returns how the database runs the queries: one string for each table that a query reads. */
async function plansOf(manager: EntityManager, queries: () => Promise<void>): Promise<string[]> {
  const isMysql = dialectOf(manager).allowsSeveralServers;
  const statements: [string, unknown[]][] = [];
  const run = manager.query.bind(manager);
  manager.query = async <T>(query: string, parameters?: unknown[]): Promise<T> => {
    statements.push([query, parameters ?? []]);
    return run<T>(query, parameters);
  };
  await queries();
  manager.query = run;
  const details: string[] = [];
  for (const [query, parameters] of statements) {
    const explain = isMysql ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
    const plan = await run<Record<string, unknown>[]>(`${explain} ${query}`, parameters);
    details.push(...plan.map((row) => (isMysql ? JSON.stringify(row) : String(row['detail']))));
  }
  return details;
}

async function handlerReads(manager: EntityManager): Promise<number> {
  const rows = await manager.query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
