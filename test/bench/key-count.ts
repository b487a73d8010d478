import { join } from 'node:path';
import { createKeys, type NewKey } from './api.js';
import { flood, pingOf, requestOf } from './load.js';
import { addManyKeys, middleCursor } from './many-keys.js';
import { startService, type Server } from './servers.js';
import { median } from './statistics.js';
import { atMost, type Row } from './table.js';

const COUNTS = [1_000, 1_000_000] as const;
const WARM_UP_REQUESTS = 5_000;
const WARM_ROUNDS = 30;
const WARM_REQUESTS_PER_ROUND = 1_000;
const COLD_REQUESTS = 200;
const LIST_REQUESTS = 40;
const MAX_LIST_MS = 50;
/** The lowest bcrypt cost, so that hashing does not hide the lookup time. */
const SETTINGS = { BCRYPT_COST: '4' };

interface Side {
  readonly server: Server;
  readonly count: number;
  readonly keys: readonly NewKey[];
}

/** Compares a thousand keys with a million. */
export async function keyCount(folder: string): Promise<Row[]> {
  const sides = await Promise.all(COUNTS.map((count) => startWith(folder, count)));
  const [few, many] = sides as [Side, Side];
  try {
    return [await warm(few, many), await cold(few, many), ...(await lists(few, many))];
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
}

/** The service itself creates the measured keys. The others are inserted while it is stopped. */
async function startWith(folder: string, count: number): Promise<Side> {
  const file = join(folder, `${count}-keys.db`);
  const first = await startService(file, { settings: SETTINGS });
  const keys = await createKeys(first, COLD_REQUESTS + 1);
  await first.stop();
  addManyKeys(file, count - keys.length);
  return { server: await startService(file, { settings: SETTINGS }), count, keys };
}

async function warm(few: Side, many: Side): Promise<Row> {
  const measure = async ({ server, keys }: Side, count: number) => {
    const request = pingOf(keys[0]!.key);
    const before = await server.usage();
    await flood({ port: server.port, connections: 16, count, request: () => request, expected: [200] });
    return ((await server.usage()).cpuMicros - before.cpuMicros) / count;
  };
  for (const side of [few, many]) await measure(side, WARM_UP_REQUESTS);
  const pairs = await inTurns(few, many, WARM_ROUNDS, (side) => measure(side, WARM_REQUESTS_PER_ROUND));
  return compare('Warm request, 1,000,000 keys vs. 1,000 keys', pairs, 'µs CPU');
}

async function cold(few: Side, many: Side): Promise<Row> {
  const pairs = await inTurns(few, many, COLD_REQUESTS, ({ server, keys }, round) =>
    requestMs(server, pingOf(keys[round + 1]!.key)),
  );
  return compare('Cold request at bcrypt cost 4, 1,000,000 keys vs. 1,000 keys', pairs, 'ms');
}

async function lists(few: Side, many: Side): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, path] of [
    ["One owner's list", '/api/v1/api-keys'],
    ['Admin list', '/api/v1/admin/api-keys'],
  ] as const) {
    for (const page of ['first', 'middle'] as const) {
      const pairs = await inTurns(few, many, LIST_REQUESTS, ({ server, count, keys }) => {
        const query = page === 'first' ? '' : `&cursor=${middleCursor(count)}`;
        return requestMs(server, requestOf('GET', `${path}?limit=100${query}`, keys[0]!.key));
      });
      const row = compare(`${name}, ${page} 100, 1,000,000 keys / 1,000 keys`, pairs, 'ms');
      const ms = median(pairs.map(([, large]) => large));
      rows.push({ ...row, target: { shown: `≤ ${MAX_LIST_MS} ms`, isMet: ms <= MAX_LIST_MS } });
    }
  }
  return rows;
}

async function requestMs({ port }: Server, request: Buffer): Promise<number> {
  const { latenciesMs } = await flood({
    port,
    connections: 1,
    count: 1,
    request: () => request,
    expected: [200],
  });
  return latenciesMs[0]!;
}

async function inTurns(
  few: Side,
  many: Side,
  rounds: number,
  measure: (side: Side, round: number) => Promise<number>,
): Promise<[number, number][]> {
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push([await measure(few, round), await measure(many, round)]);
  }
  return pairs;
}

function compare(what: string, pairs: readonly [number, number][], unit: string): Row {
  const ratio = median(pairs.map(([small, large]) => large / small));
  const show = (values: readonly number[]) => `${median(values).toFixed(unit === 'ms' ? 2 : 1)} ${unit}`;
  return {
    what,
    measured: show(pairs.map(([, large]) => large)),
    against: show(pairs.map(([small]) => small)),
    ratio,
    target: atMost(ratio, 1.1),
  };
}
