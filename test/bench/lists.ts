import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { createKey, createKeyAs } from './api.js';
import { flood, requestOf } from './load.js';
import {
  createdAt,
  email,
  fillMysql,
  fillSqlite,
  KEYS,
  MANY_KEYS,
  MAX_KEYS,
  MOST_KEYS,
  userId,
} from './old-service.js';
import { startService, type Server } from './servers.js';
import { median } from './statistics.js';
import type { Row } from './table.js';

const REQUESTS = 5;
const MAX_MS = 50;
const FEW_KEYS = 5_000;
/** The lowest bcrypt cost, so that hashing does not hide the time of a creation. */
const SETTINGS = { BCRYPT_COST: '4', RATE_LIMIT_STANDARD: '1000000000', RATE_LIMIT_PREMIUM: '1000000000' };
const MYSQL_SERVER = process.env['TEST_MARIADB_SERVER'] ?? 'mariadb://root@127.0.0.1:3306';

interface Database {
  readonly name: string;
  /** For `startService`. */
  readonly address: string;
  fill(): Promise<void>;
  drop(): Promise<void>;
}

/** Lists, with the credential that requests them. */
interface Group {
  readonly what: string;
  readonly key: string;
  readonly paths: readonly string[];
}

/** Measures every list, search and filter with a million keys, on both databases. */
export async function lists(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const database of [sqlite(folder), await mysql()]) {
    if (!database) continue;
    try {
      rows.push(...(await measure(database)));
    } finally {
      await database.drop();
    }
  }
  return rows;
}

async function measure(database: Database): Promise<Row[]> {
  const first = await startService(database.address, { settings: SETTINGS });
  const admin = await createKey(first);
  await first.stop();
  const filledAt = performance.now();
  await database.fill();
  process.stderr.write(
    `${database.name} is filled after ${((performance.now() - filledAt) / 1_000).toFixed(0)} s …\n`,
  );

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
  for (const n of [MOST_KEYS, MANY_KEYS, MAX_KEYS, FEW_KEYS])
    keys.push((await createKeyAs(server, userId(n), email(n))).key);
  return keys;
}

const cursorAt = (n: number): string =>
  Buffer.from(JSON.stringify([createdAt(n), 'z'])).toString('base64url');
const lastUseCursorAt = (usedAt: number | null, n: number): string =>
  `&cursor=${Buffer.from(JSON.stringify([usedAt, createdAt(n), 'z'])).toString('base64url')}`;
const LAST_USE_PAGES = ['', lastUseCursorAt(createdAt(KEYS / 2), KEYS / 2), lastUseCursorAt(null, KEYS / 2)];
const PAGES = ['', `&cursor=${cursorAt(KEYS / 2)}`, `&cursor=${cursorAt(KEYS / 50)}`];
const SEARCHES = ['zzzz', 'k', 'key 2', 'key 99', 'device', 'chm_0', 'chm_012345'];
const ADDRESSES = ['person', 'person-1', 'person-99', email(MOST_KEYS), email(FEW_KEYS)];
const STATUSES = ['active', 'expired', 'revoked'];

/** The product of all values of all query parameters. */
const combined = (path: string, ...fields: (readonly string[])[]): string[] =>
  combinedPages(path, PAGES, fields);

function combinedPages(path: string, pages: readonly string[], fields: (readonly string[])[]): string[] {
  const queries = fields.reduce<string[]>(
    (all, values) => all.flatMap((query) => values.map((value) => query + value)),
    [''],
  );
  return queries.flatMap((query) => pages.map((page) => `${path}?limit=100${query}${page}`));
}

const field = (name: string, values: readonly (string | number)[]): string[] =>
  values.map((value) => `&${name}=${encodeURIComponent(value)}`);

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

function sqlite(folder: string): Database {
  const file = join(folder, 'lists.db');
  return {
    name: 'SQLite',
    address: file,
    fill: async () => fillSqlite(file),
    drop: async () => undefined,
  };
}

/** Uses the MariaDB server of the tests, if it is available. */
async function mysql(): Promise<Database | null> {
  const name = `chameleon_bench_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string) => {
    const connection = await createConnection({ uri: MYSQL_SERVER.replace('mariadb:', 'mysql:') });
    await connection.query(statement);
    await connection.end();
  };
  try {
    await run(`CREATE DATABASE ${name}`);
  } catch (error) {
    process.stderr.write(`No MariaDB at ${MYSQL_SERVER}, so only SQLite is measured: ${String(error)}\n`);
    return null;
  }
  const address = `${MYSQL_SERVER}/${name}`;
  return {
    name: 'MariaDB',
    address,
    fill: () => fillMysql(address),
    drop: () => run(`DROP DATABASE ${name}`),
  };
}
