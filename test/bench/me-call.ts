import { join } from 'node:path';
import { createKey } from './api.js';
import { pingOf, requestOf } from './load.js';
import { startService } from './servers.js';
import { median } from './statistics.js';
import { atMost, type Row } from './table.js';
import { describe, measure, type Round } from './warm-call.js';

const WARM_UP_REQUESTS = 10_000;
const ROUNDS = 30;
const REQUESTS_PER_ROUND = 1_500;

/** Compares `GET /me` with a key, which needs the key's owner, with `POST /ping`, which does not. */
export async function meRequest(folder: string): Promise<Row[]> {
  const server = await startService(join(folder, 'me.db'));
  try {
    const { key } = await createKey(server);
    const requests = [requestOf('GET', '/api/v1/me', key), pingOf(key)] as const;
    for (const request of requests) await measure(server, request, WARM_UP_REQUESTS);
    const [me, ping]: [Round[], Round[]] = [[], []];
    for (let i = 0; i < ROUNDS; i++) {
      me.push(await measure(server, requests[0], REQUESTS_PER_ROUND));
      ping.push(await measure(server, requests[1], REQUESTS_PER_ROUND));
    }
    const ratio = median(me.map(({ cpuMicros }, round) => cpuMicros / ping[round]!.cpuMicros));
    return [
      {
        what: '`GET /me` with a key vs. `POST /ping` with a key',
        measured: describe(me),
        against: describe(ping),
        ratio,
        target: atMost(ratio, 1.2),
      },
    ];
  } finally {
    await server.stop();
  }
}
