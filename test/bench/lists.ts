import { createKey, createKeyAs } from './api.js';
import { benchDatabases, fillTimed, type BenchDatabase } from './databases.js';
import { flood, requestOf } from './load.js';
import {
  createdAt,
  cursorAt,
  email,
  FULL_OF_KEYS,
  KEYS,
  MANY_KEYS,
  MOST_KEYS,
  userId,
} from './old-service.js';
import { combinations, field } from './query-strings.js';
import { startService, type Server } from './servers.js';
import { median } from './statistics.js';
import type { Row } from './table.js';

const REQUESTS = 5;
const MAX_MS = 50;
const FEW_KEYS = 5_000;
/** The lowest bcrypt cost, so that hashing does not hide the time of a creation. */
const SETTINGS = { BCRYPT_COST: '4', RATE_LIMIT_STANDARD: '1000000000', RATE_LIMIT_PREMIUM: '1000000000' };

/** Lists, with the credential that requests them. */
interface Group {
  readonly what: string;
  readonly key: string;
  readonly paths: readonly string[];
}

/** Measures every list, search and filter with a million keys, on both databases. */
export async function lists(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const databases = await benchDatabases(folder, 'lists');
  try {
    for (const database of databases) rows.push(...(await measure(database)));
  } finally {
    for (const database of databases) await database.drop();
  }
  return rows;
}

async function measure(database: BenchDatabase): Promise<Row[]> {
  const first = await startService(database.address, { settings: SETTINGS });
  const admin = await createKey(first);
  await first.stop();
  await fillTimed(database, () => database.fill());

  const server = await startService(database.address, { settings: SETTINGS });
  try {
    const rows: Row[] = [];
    for (const group of groupsOf(admin.key, await ownKeys(server)))
      rows.push(await measureGroup(server, database.name, group));
    return rows;
  } finally {
    await server.stop();
  }
}

/** One key for each user whose own list is requested. */
async function ownKeys(server: Server): Promise<string[]> {
  const keys: string[] = [];
  for (const n of [MOST_KEYS, MANY_KEYS, FULL_OF_KEYS, FEW_KEYS])
    keys.push((await createKeyAs(server, userId(n), email(n))).key);
  return keys;
}

const lastUseCursorAt = (usedAt: number | null, n: number): string =>
  `&cursor=${Buffer.from(JSON.stringify([usedAt, createdAt(n), 'z'])).toString('base64url')}`;
const LAST_USE_PAGES = ['', lastUseCursorAt(createdAt(KEYS / 2), KEYS / 2), lastUseCursorAt(null, KEYS / 2)];
const PAGES = ['', `&cursor=${cursorAt(KEYS / 2)}`, `&cursor=${cursorAt(KEYS / 50)}`];
const SEARCHES = ['zzzz', 'k', 'key 2', 'key 99', 'device', 'chm_0', 'chm_012345'];
const ADDRESSES = ['person', 'person-1', 'person-99', email(MOST_KEYS), email(FEW_KEYS)];
const STATUSES = ['active', 'expired', 'revoked'];

/** All combinations of the query parameters, on each of the pages. */
const combinedPages = (path: string, pages: readonly string[], fields: (readonly string[])[]): string[] =>
  combinations(...fields, pages).map((query) => `${path}?limit=100${query}`);
const combined = (path: string, ...fields: (readonly string[])[]): string[] =>
  combinedPages(path, PAGES, fields);

function groupsOf(admin: string, owners: readonly string[]): Group[] {
  const keys = '/api/v1/admin/api-keys';
  const users = '/api/v1/admin/users';
  const [search, status] = [field('search', [...SEARCHES, ...ADDRESSES]), field('status', STATUSES)];
  const unused = field('unusedForDays', [30, 400]);
  const owner = field('userId', [userId(MOST_KEYS), userId(MANY_KEYS), userId(FEW_KEYS)]);
  const own = combined('/api/v1/api-keys', ['', ...status], ['', ...field('search', SEARCHES)]);
  const filters = [
    ['', ...status],
    ['', ...field('search', ['zzzz', 'ey 2', 'chm_0'])],
    ['', ...field('unusedForDays', [30, 400]), ...field('expiresWithinDays', [30, 400])],
  ];
  const byCreation = combined('/api/v1/api-keys', ...filters);
  const byLastUse = combinedPages('/api/v1/api-keys', LAST_USE_PAGES, [['&sort=lastUsedAt'], ...filters]);
  return [
    { what: "A user\'s own 400,000 keys", key: owners[0]!, paths: own },
    { what: "A user\'s own 100,000 keys", key: owners[1]!, paths: own },
    { what: "A user\'s own 10,000 keys", key: owners[2]!, paths: own },
    { what: "A user\'s own 10,000 keys by several filters", key: owners[2]!, paths: byCreation },
    { what: "A user\'s own 10,000 keys by last use", key: owners[2]!, paths: byLastUse },
    { what: "A user\'s own 10 keys", key: owners[3]!, paths: [...own, ...byCreation, ...byLastUse] },
    { what: "All users' keys", key: admin, paths: combined(keys) },
    { what: "All users' keys by status", key: admin, paths: combined(keys, status) },
    { what: "All users' keys by search", key: admin, paths: combined(keys, search) },
    { what: "All users' unused keys", key: admin, paths: combined(keys, unused) },
    {
      what: "All users' keys by several filters",
      key: admin,
      paths: [
        ...combined(keys, status, search),
        ...combined(keys, status, unused),
        ...combined(keys, unused, search),
        ...combined(keys, status, unused, search),
      ],
    },
    {
      what: "A user's keys, for admins",
      key: admin,
      paths: combined(keys, owner, ['', ...status], ['', unused[0]!], ['', ...field('search', SEARCHES)]),
    },
    {
      what: '100,000 users',
      key: admin,
      paths: [
        ...combined(
          users,
          ['', ...field('role', ['standard', 'premium', 'admin'])],
          ['', ...field('status', ['active', 'suspended'])],
          ['', ...field('search', ['zzzz', 'person', 'person 9', 'person-12', email(FEW_KEYS)])],
        ),
        ...[MOST_KEYS, MANY_KEYS, FEW_KEYS].map((n) => `${users}/${userId(n)}`),
      ],
    },
  ];
}

async function measureGroup(server: Server, database: string, { what, key, paths }: Group): Promise<Row> {
  const all: number[] = [];
  let slowest = { path: '', ms: 0 };
  for (const path of paths) {
    const request = requestOf('GET', path, key);
    const load = { port: server.port, connections: 1, request: () => request, expected: [200] };
    // The first request loads database pages into memory; the later ones find them there.
    const { latenciesMs } = await flood({ ...load, count: 1 + REQUESTS });
    const ms = median(latenciesMs.slice(1));
    if (ms > slowest.ms) slowest = { path, ms };
    all.push(...latenciesMs.slice(1));
  }
  process.stderr.write(`${database}, ${what}: the slowest is ${slowest.path}\n`);
  return {
    what: `${what}, ${paths.length} list requests (${database})`,
    measured: `${slowest.ms.toFixed(1)} ms (slowest)`,
    against: `${median(all).toFixed(1)} ms (median)`,
    ratio: slowest.ms / median(all),
    target: { shown: `≤ ${MAX_MS} ms`, isMet: slowest.ms <= MAX_MS },
  };
}
