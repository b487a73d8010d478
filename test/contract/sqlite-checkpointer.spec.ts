import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { SqliteCheckpointer } from '../../src/database/sqlite-checkpointer.js';
import { until } from '../support/until.js';

it('writes a long log back into the file on its own thread, and ends when it is told to in the middle of that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-checkpoint-'));
  const path = join(folder, 'test.db');
  const connection = new Sqlite(path);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE notes (text TEXT)');
  const fill = () => connection.exec('INSERT INTO notes VALUES (hex(randomblob(6000000)))');
  fill();
  const before = statSync(path).size;
  let nowMs = 10_000;
  const checkpointer = new SqliteCheckpointer(path, () => nowMs);

  checkpointer.committed(1_000);
  checkpointer.committed(statSync(`${path}-wal`).size);
  await until(() => Promise.resolve(statSync(path).size > before + 10_000_000));
  for (let round = 0; round < 5; round++) {
    fill();
    nowMs += 2_000;
    checkpointer.committed(statSync(`${path}-wal`).size);
  }
  await checkpointer.stop();
  checkpointer.committed(statSync(`${path}-wal`).size);
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});
