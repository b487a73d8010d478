import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLock } from '../../src/database/index.js';
import { Instance, withKey } from '../support/instance.js';
import { mountReadOnly, unmount } from '../support/mounts.js';
import { until } from '../support/until.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chameleon-file-'));
  file = join(folder, 'test.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('takes a server whose SQLite file was deleted out of service within a second', async () => {
  const server = await Instance.start({ DATABASE_URL: `sqlite:${file}` });
  try {
    const { keys } = await server.createCaller('standard');
    const ping = async () => (await server.request('POST', '/ping', withKey(keys[0]!.key), {})).status;
    const readiness = async () => (await fetch(`${server.url}/health/ready`)).status;
    expect([await ping(), await readiness()]).toEqual([200, 200]);
    rmSync(file);
    // The cached key must stop working too: the server could no longer see a revocation.
    await until(async () => (await ping()) === 503 && (await readiness()) === 503);
  } finally {
    await server.stop('SIGKILL');
  }
});

it('does not lock a read-only lock file', async () => {
  (await SqliteLock.take(file)).release();
  if (!mountReadOnly(`${file}.lock`)) return;
  try {
    await expect(SqliteLock.take(file)).rejects.toThrow(/cannot be written to \(EROFS\)/);
  } finally {
    unmount(`${file}.lock`);
  }
});
