import { createKeys, signInAs, signInAsAdmin } from './api.js';
import { benchDatabases, fillTimed, type BenchDatabase } from './databases.js';
import { email, FULL_OF_KEYS, keyId, userId } from './old-service.js';
import { BUSIEST_KEY, fillUsage } from './old-usage.js';
import { PageClient } from './page-client.js';
import { listLinksOf, pathsOf } from './page-paths.js';
import { pageRoutes } from './page-routes.js';
import { startService, type Server } from './servers.js';
import { median } from './statistics.js';
import type { Row } from './table.js';

const REQUESTS = 5;
const MAX_MS = 100;
/** The lowest bcrypt cost, because sign-ins are not measured. */
const SETTINGS = { BCRYPT_COST: '4', REGISTRATION: 'open', RATE_LIMIT_ANONYMOUS: '1000000000' };
/** Keys of the owner of 10,000 keys: one with usage, a revoked one and a recent one without requests. */
const OWN_KEYS = [BUSIEST_KEY, keyId(8), keyId(8 + 97 * 9_998)];

interface Caller {
  readonly client: PageClient;
  readonly ownKeys: readonly string[];
}

interface Measured {
  readonly path: string;
  readonly medianMs: number;
  readonly range: string;
}

/** Measures the time to the first byte of every page with a million keys, on both databases. Slowest first. */
export async function pages(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const databases = await benchDatabases(folder, 'pages');
  try {
    for (const database of databases) rows.push(...(await measure(database)));
  } finally {
    for (const database of databases) await database.drop();
  }
  return rows.sort((a, b) => Number.parseFloat(b.measured) - Number.parseFloat(a.measured));
}

async function measure(database: BenchDatabase): Promise<Row[]> {
  const first = await startService(database.address, { settings: SETTINGS });
  const adminKeys = (await createKeys(first, 3)).map(({ id }) => id);
  await first.stop();
  await fillTimed(database, async () => {
    await database.fill();
    await fillUsage(database);
  });
  const server = await startService(database.address, { settings: SETTINGS });
  const callers = await signedIn(server, adminKeys);
  try {
    const rows: Row[] = [];
    for (const route of await pageRoutes()) rows.push(...(await measureRoute(database.name, route, callers)));
    return rows;
  } finally {
    await server.stop();
  }
}

async function signedIn(server: Server, adminKeys: readonly string[]): Promise<Caller[]> {
  const owner = await signInAs(server, userId(FULL_OF_KEYS), email(FULL_OF_KEYS));
  return [
    { client: new PageClient('a visitor', server.port, ''), ownKeys: [] },
    { client: new PageClient('an owner of 10,000 keys', server.port, owner), ownKeys: OWN_KEYS },
    { client: new PageClient('an admin', server.port, await signInAsAdmin(server)), ownKeys: adminKeys },
  ];
}

/** One row for each caller who can open the page. */
async function measureRoute(database: string, route: string, callers: readonly Caller[]): Promise<Row[]> {
  const rows: Row[] = [];
  const statuses = new Set<number>();
  for (const { client, ownKeys } of callers) {
    const results: Measured[] = [];
    const paths = new Set(pathsOf(route, ownKeys));
    const typed = new Set(paths);
    for (const path of paths) {
      const { status, html } = await client.get(path);
      statuses.add(status);
      if (status !== 200 || html === null) continue;
      // Links on the first page of each filter join the end of the set, and are measured too.
      if (typed.has(path) && !path.includes('cursor='))
        for (const link of listLinksOf(html, path)) paths.add(link);
      results.push(await measurePath(client, path));
    }
    if (results.length > 0) rows.push(toRow(database, `\`${route}\` for ${client.name}`, results));
  }
  const isUnreachable = [...statuses].every((status) => status >= 400);
  if (isUnreachable) throw new Error(`Nobody can open ${route}: ${[...statuses].join(', ')}`);
  if (rows.length === 0) process.stderr.write(`${route} only redirects.\n`);
  return rows;
}

/** The request before has loaded the data. */
async function measurePath(client: PageClient, path: string): Promise<Measured> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) times.push((await client.get(path)).firstByteMs);
  const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`;
  return { path, medianMs: median(times), range };
}

function toRow(database: string, what: string, results: readonly Measured[]): Row {
  const [slowest] = [...results].sort((a, b) => b.medianMs - a.medianMs);
  for (const { path, medianMs, range } of results)
    if (medianMs > MAX_MS)
      process.stderr.write(`${database}: ${medianMs.toFixed(0)} ms (${range}) ${path}\n`);
  const typical = median(results.map(({ medianMs }) => medianMs));
  return {
    what: `${what}, ${results.length} requests (${database})`,
    measured: `${slowest!.medianMs.toFixed(1)} ms (slowest)`,
    against: `${typical.toFixed(1)} ms (median)`,
    ratio: slowest!.medianMs / typical,
    target: { shown: `≤ ${MAX_MS} ms`, isMet: slowest!.medianMs <= MAX_MS },
  };
}
