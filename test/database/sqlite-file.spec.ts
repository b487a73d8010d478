import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLock, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';

const UNAVAILABLE = { kind: { status: 503, code: 'unavailable' } };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chameleon-file-'));
  file = join(folder, 'test.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an SQLite file that has been moved or replaced', () => {
  let one: OpenDatabase;

  const read = () => one.database.read((manager) => manager.query('SELECT COUNT(*) AS count FROM users'));
  const write = () =>
    one.database.write(SYSTEM_AUTHOR, ({ manager }) => manager.query('DELETE FROM sessions'));

  beforeEach(async () => {
    one = await openDatabase(`sqlite:${file}`);
    await write();
    await read();
  });

  afterEach(() => one.close());

  it.each([
    ['deleted', () => rmSync(file)],
    ['replaced by a new file', () => replaceBy('')],
    ['replaced by a copy of itself', () => replaceBy(readFileSync(file))],
    ['emptied', () => truncateSync(file)],
    ['moved with its folder', () => renameSync(folder, `${folder}-moved`)],
    ['left without its WAL', () => rmSync(`${file}-wal`)],
  ])('makes every request fail with unavailable if it was %s', async (_, harm) => {
    harm();
    await expect(read()).rejects.toMatchObject(UNAVAILABLE);
    await expect(write()).rejects.toMatchObject(UNAVAILABLE);
    // Cached data must not be trusted either.
    expect(() => one.connections.dataVersion()).toThrow(/temporarily unavailable/);
    rmSync(`${folder}-moved`, { recursive: true, force: true });
  });

  function replaceBy(content: string | Buffer): void {
    writeFileSync(join(folder, 'other'), content);
    renameSync(join(folder, 'other'), file);
  }

  it('reports a possibly lost change if it disappears during a commit', async () => {
    const change = { subject: 'user', id: 'a' } as const;
    const lost = one.database.write(SYSTEM_AUTHOR, async (transaction) => {
      await transaction.manager.query('DELETE FROM sessions');
      one.bus.invalidate(transaction, change.subject, change.id);
      rmSync(file);
    });
    await expect(lost).rejects.toMatchObject(UNAVAILABLE);
    await expect(lost).rejects.toThrow(/may or may not have been saved/);
    expect(one.published).toEqual([change]);
  });

  it('works again once it is put back', async () => {
    renameSync(file, `${file}.away`);
    await expect(write()).rejects.toMatchObject(UNAVAILABLE);
    renameSync(`${file}.away`, file);
    await write();
    expect(await read()).toMatchObject([{ count: 0 }]);
  });
});

describe('the lock of an SQLite file', () => {
  let lock: SqliteLock;

  beforeEach(async () => {
    lock = await SqliteLock.take(file);
  });

  afterEach(() => lock.release());

  const inUse = /Another server is already using the SQLite file/;

  it('blocks a second server, also under other names of the file', async () => {
    symlinkSync(file, join(folder, 'link.db'));
    mkdirSync(join(folder, 'deep'));
    symlinkSync(folder, join(folder, 'deep', 'link'));
    for (const path of [file, join(folder, 'link.db'), join(folder, 'deep', 'link', 'test.db')])
      await expect(SqliteLock.take(path)).rejects.toThrow(inUse);
  });

  it('rejects a file with a second hard link, which would have its own WAL and lock', async () => {
    linkSync(file, join(folder, 'hard.db'));
    await expect(SqliteLock.take(join(folder, 'hard.db'))).rejects.toThrow(/hard links/);
  });

  it('is acquired again if the lock file was deleted', async () => {
    rmSync(`${file}.lock`);
    lock.assertHeld();
    await expect(SqliteLock.take(file)).rejects.toThrow(inUse);
  });

  it('reports a second server that started after the lock file was deleted', async () => {
    rmSync(`${file}.lock`);
    const second = await SqliteLock.take(file);
    expect(() => lock.assertHeld()).toThrow(/temporarily unavailable/);
    second.release();
    lock.assertHeld();
  });
});

it('waits briefly for a server that is stopping', async () => {
  const stopping = await SqliteLock.take(file);
  // Its first attempt happens at once.
  const starting = SqliteLock.take(file);
  stopping.release();
  (await starting).release();
});

it.each([
  ['a folder', () => mkdirSync(file), /EISDIR/],
  [
    'below a file',
    () => ((file = join(file, 'test.db')), writeFileSync(join(folder, 'test.db'), '')),
    /cannot be written/,
  ],
])('explains the problem if the path is %s', async (_, make, message) => {
  make();
  await expect(SqliteLock.take(file)).rejects.toThrow(message);
});
