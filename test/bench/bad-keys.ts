import { join } from 'node:path';
import { createKeys, type NewKey } from './api.js';
import { arrivals, flood, pingOf } from './load.js';
import { madeId, madeKey } from './made-keys.js';
import { startService, type Server } from './servers.js';
import { median, quantile } from './statistics.js';
import { atMost, type Row } from './table.js';

const ROUNDS = 15;
const SECONDS = 1.5;
const WARM_PER_SECOND = 400;
const BAD_PER_SECOND = 200;

interface Flood {
  readonly what: string;
  readonly request: (n: number) => Buffer;
}

/** 99th percentile latency of warm requests, without and during key guessing. */
export async function badKeys(folder: string): Promise<Row[]> {
  const server = await startService(join(folder, 'bad-keys.db'), {
    settings: { TRUST_PROXY: '1', FAILED_ATTEMPTS_LIMIT: '20' },
  });
  try {
    const [verified, unverified] = (await createKeys(server, 2)) as [NewKey, NewKey];
    const warm = pingOf(verified.key);
    await flood({ port: server.port, connections: 8, count: 5_000, request: () => warm, expected: [200] });
    return await compare(server, warm, [
      {
        what: 'wrong secrets for a verified key',
        request: (n) => pingOf(madeKey(verified.id), addressOf(n)),
      },
      {
        what: 'wrong secrets for an unverified key, which bcrypt compares',
        request: (n) => pingOf(madeKey(unverified.id), addressOf(n)),
      },
      { what: 'keys with unknown IDs', request: (n) => pingOf(madeKey(madeId(n)), addressOf(n)) },
      {
        what: 'keys with bad checksums',
        request: (n) => pingOf(`${madeKey(madeId(n)).slice(0, -6)}000000`, addressOf(n)),
      },
      {
        what: 'keys with unknown IDs, all from one address',
        request: (n) => pingOf(madeKey(madeId(n)), addressOf(0)),
      },
    ]);
  } finally {
    await server.stop();
  }
}

/** Alternates between no flood and each flood, so that background load affects all of them alike. */
async function compare(server: Server, warm: Buffer, floods: readonly Flood[]): Promise<Row[]> {
  const quiet: number[] = [];
  const flooded: number[][] = floods.map(() => []);
  let sent = 0;
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(await p99(server, warm));
    for (const [index, { request }] of floods.entries()) {
      // Built before the measurement starts: a real attacker would not use this machine's CPU.
      const bad = Array.from({ length: 2 * BAD_PER_SECOND * SECONDS }, () => request(sent++));
      const [value] = await Promise.all([p99(server, warm), guess(server, bad)]);
      flooded[index]!.push(value);
    }
  }
  return floods.map(({ what }, index) => {
    const ratio = median(flooded[index]!) / median(quiet);
    return {
      what: `p99 of warm requests, with ${BAD_PER_SECOND} bad requests a second (${what}) vs. without`,
      measured: `${median(flooded[index]!).toFixed(2)} ms`,
      against: `${median(quiet).toFixed(2)} ms`,
      ratio,
      target: atMost(ratio, 2),
    };
  });
}

async function p99({ port }: Server, warm: Buffer): Promise<number> {
  const { latenciesMs } = await arrivals({
    port,
    connections: 16,
    perSecond: WARM_PER_SECOND,
    seconds: SECONDS,
    request: () => warm,
    expected: [200],
  });
  return quantile(latenciesMs, 0.99);
}

/** 429: the address has no failed attempts left. 503: too many comparisons are pending. */
async function guess({ port }: Server, bad: readonly Buffer[]): Promise<void> {
  await arrivals({
    port,
    connections: 64,
    perSecond: BAD_PER_SECOND,
    seconds: SECONDS,
    request: (n) => bad[n]!,
    expected: [401, 429, 503],
  });
}

const addressOf = (n: number): string => `10.0.${Math.floor(n / 250) % 240}.${n % 250}`;
