import { join } from 'node:path';
import { createKey } from './api.js';
import { flood, pingOf } from './load.js';
import { assertSameResponse } from './same-response.js';
import { startReference, startService, type Server } from './servers.js';
import { median } from './statistics.js';
import { atLeast, type Row } from './table.js';

const CONNECTIONS = 16;
const WARM_UP_REQUESTS = 10_000;
const ROUNDS = 40;
const REQUESTS_PER_ROUND = 1_500;

export interface Round {
  readonly cpuMicros: number;
  readonly perSecond: number;
}

/** A request with a verified key, compared with routes that do less. */
export async function warmRequest(folder: string): Promise<Row[]> {
  const servers = await Promise.all([
    startService(join(folder, 'warm.db')),
    startReference('same-fields'),
    startReference('bare'),
    startReference('express'),
  ]);
  try {
    const { key } = await createKey(servers[0]);
    await assertSameResponse(servers[0], servers[1], key);
    const request = pingOf(key);
    for (const server of servers) await measure(server, request, WARM_UP_REQUESTS);
    const rounds: Round[][] = servers.map(() => []);
    for (let i = 0; i < ROUNDS; i++) {
      for (const [index, server] of servers.entries()) {
        rounds[index]!.push(await measure(server, request, REQUESTS_PER_ROUND));
      }
    }
    const [service, sameFields, bare, express] = rounds as [Round[], Round[], Round[], Round[]];
    return [
      compare('Warm request vs. Nest + Fastify, same body and headers', service, sameFields, true),
      compare('Warm request vs. Nest + Fastify, same body', service, bare),
      compare('Warm request vs. Nest + Express, same body', service, express),
    ];
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Sends the request `count` times. Returns the CPU time for each request and the requests per second. */
export async function measure(server: Server, request: Buffer, count: number): Promise<Round> {
  const before = await server.usage();
  const { port } = server;
  const load = { port, connections: CONNECTIONS, count, request: () => request, expected: [200] };
  const { perSecond } = await flood(load);
  const after = await server.usage();
  return { cpuMicros: (after.cpuMicros - before.cpuMicros) / count, perSecond };
}

/** Compares the speeds round by round, because background load changes over time. */
function compare(
  what: string,
  service: readonly Round[],
  reference: readonly Round[],
  isTarget = false,
): Row {
  const ratio = median(service.map(({ cpuMicros }, round) => reference[round]!.cpuMicros / cpuMicros));
  return {
    what,
    measured: describe(service),
    against: describe(reference),
    ratio,
    target: isTarget ? atLeast(ratio, 0.8) : null,
  };
}

export function describe(rounds: readonly Round[]): string {
  const cpuMicros = median(rounds.map((round) => round.cpuMicros));
  const perSecond = median(rounds.map((round) => round.perSecond));
  return `${cpuMicros.toFixed(1)} µs CPU, ${perSecond.toFixed(0)}/s`;
}
