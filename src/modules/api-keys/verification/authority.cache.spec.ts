import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import Sqlite from 'libsql';
import { TestApp } from '../../../../test/support/app.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { unavailable } from '../../../common/errors/index.js';
import { SYSTEM } from '../../../database/index.js';
import { InvalidationBus, InvalidationFeed } from '../../../invalidation/index.js';
import { UsersService } from '../../users/index.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { AuthorityCache } from './authority.cache.js';
import { VerifiedKeyCache } from './verified-key.cache.js';
import { AdminApiKeysService } from '../administration/admin-api-keys.service.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
});

afterAll(() => app.stop());

/** The real repository; what the first read after `pause` has found arrives only after `resume`. */
class PausingRepository extends ApiKeysRepository {
  reads = 0;
  private gate = Promise.resolve();
  resume: () => void = () => undefined;

  pause(): void {
    this.gate = new Promise((resume) => (this.resume = resume));
  }

  override async findById(id: string) {
    this.reads++;
    const { gate } = this;
    this.gate = Promise.resolve();
    const [found] = await Promise.all([super.findById(id), gate]);
    return found;
  }
}

function setUp() {
  const { nest, clock } = app;
  const repository = Object.assign(new PausingRepository(null as never), nest.get(ApiKeysRepository));
  const users = nest.get(UsersService);
  const proofs = new VerifiedKeyCache();
  return {
    repository,
    users,
    proofs,
    cache: new AuthorityCache(
      repository,
      users,
      clock,
      nest.get(InvalidationFeed),
      nest.get(InvalidationBus),
      proofs,
    ),
  };
}

/** Commits a revocation, as an admin would. */
const revoke = async (id: string) => {
  const admin = await app.principalOf(await app.createUser('admin'));
  return app.nest.get(AdminApiKeysService).revoke(admin, id, { reason: null, cascade: false });
};

it('reads a key once, however many calls ask at once and later', async () => {
  const { cache, repository } = setUp();
  const { id, user } = await app.createCaller('premium');
  const answers = await Promise.all(Array.from({ length: 50 }, () => cache.get(id)));
  expect(new Set(answers).size).toBe(1);
  expect(await cache.get(id)).toMatchObject({
    principal: { method: 'api_key', userId: user.id, role: 'premium', apiKey: { id, name: 'Test key' } },
    ownerIsSuspended: false,
  });
  expect(cache.peek(id)).toBe(answers[0]);
  expect(repository.reads).toBe(1);
});

it('forgets a key when its revocation is committed', async () => {
  const { cache } = setUp();
  const { id } = await app.createCaller();
  expect(cache.refusal(await cache.get(id))).toBeNull();
  await revoke(id);
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.refusal(await cache.get(id))).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('forgets every key of a user who changed, and nobody else', async () => {
  const { cache, users } = setUp();
  const { id, user } = await app.createCaller();
  const second = await app.createKey(user);
  const stranger = await app.createCaller();
  for (const each of [id, second.id, stranger.id]) await cache.get(each);

  await users.update(SYSTEM, user.id, { role: 'premium' });
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.peek(second.id)).toBeUndefined();
  expect(cache.peek(stranger.id)).toBeDefined();
  expect((await cache.get(second.id)).principal.role).toBe('premium');
});

it('still knows the keys of a user after a key was read anew', async () => {
  const { cache, users } = setUp();
  const { id, user } = await app.createCaller();
  for (const role of ['premium', 'admin', 'standard'] as const) {
    await cache.get(id);
    await users.update(SYSTEM, user.id, { role });
    expect((await cache.get(id)).principal.role).toBe(role);
  }
});

it('does not keep a row that was read while the key was revoked', async () => {
  const { cache, repository } = setUp();
  const { id } = await app.createCaller();
  repository.pause();
  const early = cache.get(id);
  await revoke(id);
  expect(cache.refusal(await cache.get(id))).toMatchObject({ kind: { code: 'api_key_revoked' } });
  repository.resume();

  expect(cache.refusal(await early)).toBeNull();
  expect(cache.refusal(cache.peek(id)!)).toMatchObject({ kind: { code: 'api_key_revoked' } });
  expect(repository.reads).toBe(2);
});

it('keeps what was read after a change, although a read from before it ends meanwhile', async () => {
  const { cache, repository } = setUp();
  const { id } = await app.createCaller();
  const pausedRead = async (count: number) => {
    repository.pause();
    const { resume } = repository;
    const read = cache.get(id);
    while (repository.reads < count) await nextTurn();
    return async () => (resume(), read);
  };
  const before = await pausedRead(1);
  await revoke(id);
  const after = await pausedRead(2);
  await before();
  await after();
  expect(cache.refusal(cache.peek(id)!)).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('does not keep a row that was read while its owner was suspended', async () => {
  const { cache, repository, users } = setUp();
  const { id, user } = await app.createCaller();
  repository.pause();
  const early = cache.get(id);
  await users.update(SYSTEM, user.id, { status: 'suspended' });
  repository.resume();

  await early;
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.refusal(await cache.get(id))).toMatchObject({ kind: { code: 'account_suspended' } });
});

it('remembers no failure', async () => {
  const { cache } = setUp();
  const unknown = '000000000000';
  await expect(cache.get(unknown)).rejects.toMatchObject({
    kind: { status: 401, code: 'api_key_not_found' },
  });
  await expect(cache.get(unknown)).rejects.toMatchObject({
    kind: { status: 401, code: 'api_key_not_found' },
  });
  expect(cache.peek(unknown)).toBeUndefined();
});

it('refuses revoked before expired before suspended, and expires by the clock', async () => {
  const { cache, users } = setUp();
  const user = await app.createUser();
  const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
  const { id } = await app.createKey(user, { name: 'Short', expiresAt });
  const refusal = async () => cache.refusal(await cache.get(id))?.kind.code ?? null;

  expect(await refusal()).toBeNull();
  await users.update(SYSTEM, user.id, { status: 'suspended' });
  expect(await refusal()).toBe('account_suspended');
  app.clock.advance(60_001);
  expect(await refusal()).toBe('api_key_expired');
  await revoke(id);
  expect(await refusal()).toBe('api_key_revoked');
});

it('forgets every key when anything may have changed, and does not keep what is being read', async () => {
  const { cache, repository } = setUp();
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

it('shows nothing without a trusted feed, and catches up before it gives what another process changed', async () => {
  const { cache } = setUp();
  const { id } = await app.createCaller();
  const before = await cache.get(id);
  const other = new Sqlite(app.database.url.replace('sqlite:', ''));
  app.clock.advance(1_000);
  // From here on nothing waits, so no tick of the feed comes in between.
  other.exec(`UPDATE api_keys SET revoked_at = '2026-01-05 09:30:00.000' WHERE id = '${id}'`);
  other.close();
  expect(cache.peek(id)).toBeUndefined();
  const after = await cache.get(id);
  expect(cache.refusal(before)).toBeNull();
  expect(cache.refusal(after)).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('gives nothing that it has kept when it cannot catch up', async () => {
  const { cache } = setUp();
  const { id } = await app.createCaller();
  await cache.get(id);
  const away = unavailable(new Error('away'));
  const catchUp = jest.spyOn(app.nest.get(InvalidationFeed), 'catchUp').mockRejectedValue(away);
  await expect(cache.get(id)).rejects.toBe(away);
  catchUp.mockRestore();
});

it('asks again for a key that was not there, and forgets that it was proven', async () => {
  const { cache, repository, proofs } = setUp();
  const unknown = '000000000001';
  proofs.add(unknown, 'digest');
  await expect(cache.get(unknown)).rejects.toMatchObject({ kind: { code: 'api_key_not_found' } });
  expect(proofs.has(unknown)).toBe(false);
  await expect(cache.get(unknown)).rejects.toMatchObject({ kind: { code: 'api_key_not_found' } });
  expect(repository.reads).toBe(2);
});

it('keeps a bounded number of keys, and nothing of owners none of whose keys it keeps', async () => {
  const { cache } = setUp();
  const { id, user } = await app.createCaller();
  const second = await app.createKey(user);
  for (const each of [id, second.id]) await cache.get(each);
  const owners = Reflect.get(cache, 'keysOfUser') as Map<string, Set<string>>;
  expect([...owners.get(user.id)!].sort()).toEqual([id, second.id].sort());
  await revoke(id);
  expect([...owners.get(user.id)!]).toEqual([second.id]);
  await revoke(second.id);
  expect(owners.has(user.id)).toBe(false);
  expect(Reflect.get(cache, 'entries')).toHaveProperty('max', 200_000);
});
