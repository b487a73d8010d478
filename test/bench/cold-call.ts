import { join } from 'node:path';
import { createKeys } from './api.js';
import { startBcrypt } from './bcrypt-process.js';
import { flood, pingOf } from './load.js';
import { startService } from './servers.js';
import { median } from './statistics.js';
import type { Row } from './table.js';

const REQUESTS = 40;

/** Alternates between the first request with a key and a single bcrypt comparison. */
export async function coldRequest(folder: string): Promise<Row[]> {
  const server = await startService(join(folder, 'cold.db'));
  const bcrypt = startBcrypt();
  try {
    const keys = await createKeys(server, REQUESTS);
    const cold: number[] = [];
    const compare: number[] = [];
    for (const { key } of keys) {
      compare.push(await bcrypt.compareMs());
      const { latenciesMs } = await flood({
        port: server.port,
        connections: 1,
        count: 1,
        request: () => pingOf(key),
        expected: [200],
      });
      cold.push(...latenciesMs);
    }
    return [
      {
        what: 'Cold request vs. one bcrypt comparison at cost 10',
        measured: `${median(cold).toFixed(1)} ms`,
        against: `${median(compare).toFixed(1)} ms`,
        ratio: median(cold.map((ms, index) => ms / compare[index]!)),
        target: null,
      },
    ];
  } finally {
    bcrypt.stop();
    await server.stop();
  }
}
