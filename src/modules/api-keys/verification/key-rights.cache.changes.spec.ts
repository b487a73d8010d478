import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import Sqlite from 'libsql';
import { TestApp } from '../../../../test/support/app.js';
import { createKeyRightsCache, revokeAsAdmin } from '../../../../test/support/key-rights-cache.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { unavailable } from '../../../common/errors/index.js';
import { SYSTEM_AUTHOR } from '../../../database/index.js';
import { InvalidationBus, InvalidationFeedReader } from '../../../invalidation/index.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
});

afterAll(() => app.stop());

it('does not keep a row that was read while the key was revoked', async () => {
  const { cache, repository } = createKeyRightsCache(app);
  const { id } = await app.createCaller();
  repository.pause();
  const early = cache.get(id);
  await revokeAsAdmin(app, id);
  expect(cache.outcomeOf(await cache.get(id)).denial).toMatchObject({ kind: { code: 'api_key_revoked' } });
  repository.resume();

  expect(cache.outcomeOf(await early).denial).toBeNull();
  expect(cache.outcomeOf(cache.peek(id)!).denial).toMatchObject({ kind: { code: 'api_key_revoked' } });
  expect(repository.reads).toBe(2);
});

it('keeps what was read after a change, though an earlier read ends later', async () => {
  const { cache, repository } = createKeyRightsCache(app);
  const { id } = await app.createCaller();
  const pausedRead = async (count: number) => {
    repository.pause();
    const { resume } = repository;
    const read = cache.get(id);
    while (repository.reads < count) await nextTurn();
    return async () => (resume(), read);
  };
  const before = await pausedRead(1);
  await revokeAsAdmin(app, id);
  const after = await pausedRead(2);
  await before();
  await after();
  expect(cache.outcomeOf(cache.peek(id)!).denial).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('does not keep a row that was read while its owner was suspended', async () => {
  const { cache, repository, users } = createKeyRightsCache(app);
  const { id, user } = await app.createCaller();
  repository.pause();
  const early = cache.get(id);
  await users.update(SYSTEM_AUTHOR, user.id, { status: 'suspended' });
  repository.resume();

  await early;
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.outcomeOf(await cache.get(id)).denial).toMatchObject({ kind: { code: 'account_suspended' } });
});

it('forgets every key when anything may have changed, and does not keep pending reads', async () => {
  const { cache, repository } = createKeyRightsCache(app);
  const [known, read] = [await app.createCaller(), await app.createCaller()];
  await cache.get(known.id);
  repository.pause();
  const early = cache.get(read.id);
  while (repository.reads < 2) await nextTurn();
  app.nest.get(InvalidationBus).publishEverything();
  repository.resume();
  await early;
  expect([cache.peek(known.id), cache.peek(read.id)]).toEqual([undefined, undefined]);
});

it("shows nothing without a trusted feed, and catches up with another process's change first", async () => {
  const { cache } = createKeyRightsCache(app);
  const { id } = await app.createCaller();
  const before = await cache.get(id);
  const other = new Sqlite(app.database.url.replace('sqlite:', ''));
  app.clock.advance(1_000);
  // Nothing is awaited between this change and `peek`, so the feed can't be read in between.
  other.exec(`UPDATE api_keys SET revoked_at = '2026-01-05 09:30:00.000' WHERE id = '${id}'`);
  other.close();
  expect(cache.peek(id)).toBeUndefined();
  const after = await cache.get(id);
  expect(cache.outcomeOf(before).denial).toBeNull();
  expect(cache.outcomeOf(after).denial).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('gives no entry when it cannot catch up', async () => {
  const { cache } = createKeyRightsCache(app);
  const { id } = await app.createCaller();
  await cache.get(id);
  const away = unavailable(new Error('away'));
  const catchUp = jest.spyOn(app.nest.get(InvalidationFeedReader), 'catchUp').mockRejectedValue(away);
  await expect(cache.get(id)).rejects.toBe(away);
  catchUp.mockRestore();
});
