import { join } from 'node:path';
import { createKeys, type NewKey } from './api.js';
import { flood, pace, pingOf } from './load.js';
import { madeId, madeKey } from './made-keys.js';
import { startService, type Server } from './servers.js';
import { median, quantile } from './statistics.js';
import { atMost, type Row } from './table.js';

const ROUNDS = 5;
const SECONDS = 4;
const WARM_PER_SECOND = 250;
const WARM_CONNECTIONS = 8;

interface Flood {
  readonly what: string;
  readonly perSecond: number;
  readonly key: (n: number) => string;
}

/** Row 4: how long the slowest hundredth of warm calls takes, quiet and while somebody guesses. */
export async function badKeys(folder: string): Promise<Row[]> {
  const server = await startService(join(folder, 'bad-keys.db'));
  try {
    const [proven, unproven] = (await createKeys(server, 2)) as [NewKey, NewKey];
    const warm = pingOf(proven.key);
    await flood({ port: server.port, connections: 8, count: 5_000, request: () => warm, expected: [200] });
    const floods: Flood[] = [
      { what: 'wrong secrets, proven id', perSecond: 200, key: () => madeKey(proven.id) },
      { what: 'wrong secrets, unproven id: bcrypt', perSecond: 200, key: () => madeKey(unproven.id) },
      { what: 'unknown ids', perSecond: 200, key: (n) => madeKey(madeId(n)) },
    ];
    const rows: Row[] = [];
    for (const bad of floods) rows.push(await compare(server, warm, bad));
    return rows;
  } finally {
    await server.stop();
  }
}

/** Quiet and flooded in turns. The ratio is that of the medians over the turns. */
async function compare(server: Server, warm: Buffer, bad: Flood): Promise<Row> {
  const quiet: number[] = [];
  const flooded: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(await p99(server, warm));
    const [value] = await Promise.all([p99(server, warm), guess(server, bad)]);
    flooded.push(value);
  }
  const ratio = median(flooded) / median(quiet);
  return {
    what: `p99 of warm calls, flood / quiet (${bad.what}, ${bad.perSecond}/s)`,
    measured: `${median(flooded).toFixed(2)} ms`,
    against: `${median(quiet).toFixed(2)} ms`,
    ratio,
    target: atMost(ratio, 2),
  };
}

async function p99({ port }: Server, warm: Buffer): Promise<number> {
  const { latenciesMs } = await pace({
    port,
    connections: WARM_CONNECTIONS,
    perSecond: WARM_PER_SECOND,
    seconds: SECONDS,
    request: () => warm,
    expected: [200],
  });
  return quantile(latenciesMs, 0.99);
}

/** Many connections, as an attacker waits for no answer; 503 tells that enough comparisons wait already. */
async function guess({ port }: Server, { perSecond, key }: Flood): Promise<void> {
  await pace({
    port,
    connections: 40,
    perSecond,
    seconds: SECONDS,
    request: (n) => pingOf(key(n)),
    expected: [401, 503],
  });
}
