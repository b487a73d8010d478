import { join } from 'node:path';
import bcrypt from 'bcrypt';
import Database from 'libsql';
import { createKey } from './api.js';
import { flood, pingOf } from './load.js';
import { madeId, madeKey } from './made-keys.js';
import { startService } from './servers.js';
import type { Row } from './table.js';

const KEYS = 100_000;
const HASHES_AT_ONCE = 1_000;

/** Memory of a process that has verified many keys. Takes minutes, because each key is hashed and compared. */
export async function memory(folder: string): Promise<Row[]> {
  const file = join(folder, 'memory.db');
  const options = { settings: { BCRYPT_COST: '4' }, exposesGc: true };
  const first = await startService(file, options);
  await first.stop();
  const keys = await addKeys(file);
  const server = await startService(file, options);
  try {
    const warm = pingOf((await createKey(server)).key);
    // Both readings follow the same number of requests, so that they differ only by what the keys leave in
    // memory.
    const requests = { port: server.port, connections: 16, count: KEYS, expected: [200] };
    await flood({ ...requests, connections: 1, count: 1, request: () => warm });
    await flood({ ...requests, request: () => warm });
    const before = (await server.usage()).rssBytes;
    await flood({ ...requests, request: (n) => pingOf(keys[n]!) });
    const after = (await server.usage()).rssBytes;
    return [
      {
        what: `Memory (RSS), ${KEYS.toLocaleString('en')} verified keys vs. one`,
        measured: `${megabytes(after)}, ${((after - before) / KEYS).toFixed(0)} B a key`,
        against: megabytes(before),
        ratio: after / before,
        target: null,
      },
    ];
  } finally {
    await server.stop();
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;

/** Real keys of the admin, with real hashes of the lowest cost. */
async function addKeys(file: string): Promise<string[]> {
  const keys = Array.from({ length: KEYS }, (_, n) => madeKey(madeId(n)));
  const database = new Database(file);
  try {
    const insert = database.prepare(
      `INSERT INTO api_keys (id, user_id, prefix, prefix_folded, name, name_folded, hash, created_at)
       VALUES (?, (SELECT id FROM users), 'chm', ?, 'Key', 'key', ?, '2020-01-01 00:00:00.000')`,
    );
    for (let start = 0; start < KEYS; start += HASHES_AT_ONCE) {
      const batch = keys.slice(start, start + HASHES_AT_ONCE);
      const hashes = await Promise.all(batch.map((key) => bcrypt.hash(key, 4)));
      database.exec('BEGIN');
      for (const [index, hash] of hashes.entries()) {
        const id = madeId(start + index);
        insert.run(id, `chm_${id}`.toLowerCase(), hash);
      }
      database.exec('COMMIT');
    }
  } finally {
    database.close();
  }
  return keys;
}
