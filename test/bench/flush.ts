import { join } from 'node:path';
import { createKeys } from './api.js';
import { arrivals, flood, pingOf } from './load.js';
import { startService } from './servers.js';
import { quantile } from './statistics.js';
import { atMost, type Row } from './table.js';

const KEYS = 10_000;
const PER_SECOND = 2_000;
/** Three flushes of usage; they happen every five seconds. */
const SECONDS = 16;
const TARGET_MS = 10;

/** 99th percentile latency on SQLite when each request uses another key, so that every use must be written. */
export async function flush(folder: string): Promise<Row[]> {
  const server = await startService(join(folder, 'flush.db'), { settings: { BCRYPT_COST: '4' } });
  try {
    const requests = (await createKeys(server, KEYS)).map(({ key }) => pingOf(key));
    const request = (n: number) => requests[n % KEYS]!;
    await flood({ port: server.port, connections: 4, count: KEYS, request, expected: [200] });
    const { latenciesMs } = await arrivals({
      port: server.port,
      connections: 32,
      perSecond: PER_SECOND,
      seconds: SECONDS,
      request,
      expected: [200],
    });
    const [p50, p99, most] = [0.5, 0.99, 1].map((part) => quantile(latenciesMs, part));
    return [
      {
        what: `p99 of ${PER_SECOND} requests a second with 10,000 keys in turn, while usage is written to SQLite, vs. 10 ms`,
        measured: `${p99!.toFixed(1)} ms (median ${p50!.toFixed(1)}, worst ${most!.toFixed(0)})`,
        against: `${TARGET_MS} ms`,
        ratio: p99! / TARGET_MS,
        target: atMost(p99! / TARGET_MS, 1),
      },
    ];
  } finally {
    await server.stop();
  }
}
