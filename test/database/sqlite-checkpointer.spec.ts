import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { jest } from '@jest/globals';
import Sqlite from 'libsql';
import { SqliteCheckpointer } from '../../src/database/sqlite/sqlite-checkpointer.js';
import { until } from '../support/until.js';

it('writes a long WAL back into the file on its own thread, and can be stopped meanwhile', async () => {
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

it('starts its thread for long WALs only, at most once a second, and not while it is busy', async () => {
  const long = 4 * 1024 * 1024;
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-checkpoint-'));
  let nowMs = 0;
  const checkpointer = new SqliteCheckpointer(join(folder, 'test.db'), () => nowMs);
  const post = jest.spyOn(Worker.prototype, 'postMessage');
  const idle = () => until(() => Promise.resolve(Reflect.get(checkpointer, 'isBusy') === false));
  const askedAt = (atMs: number, bytes = long) => {
    nowMs = atMs;
    const before = post.mock.calls.length;
    checkpointer.committed(bytes);
    return post.mock.calls.length > before;
  };
  expect([askedAt(999), askedAt(1_000, long - 1), askedAt(1_000)]).toEqual([false, false, true]);
  // The thread has not responded yet.
  expect(askedAt(2_000)).toBe(false);
  await idle();
  expect([askedAt(1_999), askedAt(2_000)]).toEqual([false, true]);
  const thread = Reflect.get(checkpointer, 'worker') as Worker;
  await idle();
  expect(askedAt(3_000)).toBe(true);
  thread.emit('error', new Error('out of memory'));
  expect(askedAt(4_000)).toBe(true);
  expect(Reflect.get(checkpointer, 'worker')).not.toBe(thread);
  await checkpointer.stop();
  expect(askedAt(5_000)).toBe(false);
  post.mockRestore();
  // Caution: libsql crashes the whole process if its thread is terminated while it works.
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  thread.postMessage('end');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
