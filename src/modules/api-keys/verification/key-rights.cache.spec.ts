import { TestApp } from '../../../../test/support/app.js';
import { createKeyRightsCache, revokeAsAdmin } from '../../../../test/support/key-rights-cache.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { SYSTEM_AUTHOR } from '../../../database/index.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
});

afterAll(() => app.stop());

it('reads a key once, however many requests ask at once and later', async () => {
  const { cache, repository } = createKeyRightsCache(app);
  const { id, user } = await app.createCaller('premium');
  const answers = await Promise.all(Array.from({ length: 50 }, () => cache.get(id)));
  expect(new Set(answers).size).toBe(1);
  expect(await cache.get(id)).toMatchObject({
    outcome: {
      principal: { method: 'api_key', userId: user.id, role: 'premium', apiKey: { id, name: 'Test key' } },
    },
    owner: user,
  });
  expect(cache.peek(id)).toBe(answers[0]);
  expect(repository.reads).toBe(1);
});

it('forgets a key when its revocation is committed', async () => {
  const { cache } = createKeyRightsCache(app);
  const { id } = await app.createCaller();
  expect(cache.outcomeOf(await cache.get(id)).denial).toBeNull();
  await revokeAsAdmin(app, id);
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.outcomeOf(await cache.get(id)).denial).toMatchObject({ kind: { code: 'api_key_revoked' } });
});

it('forgets every key of a user who changed, and no other key', async () => {
  const { cache, users } = createKeyRightsCache(app);
  const { id, user } = await app.createCaller();
  const second = await app.createKey(user);
  const stranger = await app.createCaller();
  for (const each of [id, second.id, stranger.id]) await cache.get(each);

  await users.update(SYSTEM_AUTHOR, user.id, { role: 'premium' });
  expect(cache.peek(id)).toBeUndefined();
  expect(cache.peek(second.id)).toBeUndefined();
  expect(cache.peek(stranger.id)).toBeDefined();
  expect((await cache.get(second.id)).outcome.principal?.role).toBe('premium');
});

it('still knows the keys of a user after a key was read again', async () => {
  const { cache, users } = createKeyRightsCache(app);
  const { id, user } = await app.createCaller();
  for (const role of ['premium', 'admin', 'standard'] as const) {
    await cache.get(id);
    await users.update(SYSTEM_AUTHOR, user.id, { role });
    expect((await cache.get(id)).outcome.principal?.role).toBe(role);
  }
});

it('remembers no key that was not found', async () => {
  const { cache } = createKeyRightsCache(app);
  const unknown = '000000000000';
  await expect(cache.get(unknown)).rejects.toMatchObject({
    kind: { status: 401, code: 'api_key_not_found' },
  });
  await expect(cache.get(unknown)).rejects.toMatchObject({
    kind: { status: 401, code: 'api_key_not_found' },
  });
  expect(cache.peek(unknown)).toBeUndefined();
});

it('denies revoked before expired before suspended, and expires by the clock', async () => {
  const { cache, users } = createKeyRightsCache(app);
  const user = await app.createUser();
  const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
  const { id } = await app.createKey(user, { name: 'Short', expiresAt });
  const denial = async () => cache.outcomeOf(await cache.get(id)).denial?.kind.code ?? null;

  expect(await denial()).toBeNull();
  await users.update(SYSTEM_AUTHOR, user.id, { status: 'suspended' });
  expect(await denial()).toBe('account_suspended');
  app.clock.advance(60_001);
  expect(await denial()).toBe('api_key_expired');
  await revokeAsAdmin(app, id);
  expect(await denial()).toBe('api_key_revoked');
});

it('asks again for a key that was not there, and forgets that it was verified', async () => {
  const { cache, repository, verified } = createKeyRightsCache(app);
  const unknown = '000000000001';
  verified.add(unknown, 'digest');
  await expect(cache.get(unknown)).rejects.toMatchObject({ kind: { code: 'api_key_not_found' } });
  expect(verified.has(unknown)).toBe(false);
  await expect(cache.get(unknown)).rejects.toMatchObject({ kind: { code: 'api_key_not_found' } });
  expect(repository.reads).toBe(2);
});

it('keeps a bounded number of keys, and drops an owner with their last key', async () => {
  const { cache } = createKeyRightsCache(app);
  const { id, user } = await app.createCaller();
  const second = await app.createKey(user);
  for (const each of [id, second.id]) await cache.get(each);
  const owners = Reflect.get(cache, 'keysOfUser') as Map<string, Set<string>>;
  expect([...owners.get(user.id)!].sort()).toEqual([id, second.id].sort());
  await revokeAsAdmin(app, id);
  expect([...owners.get(user.id)!]).toEqual([second.id]);
  await revokeAsAdmin(app, second.id);
  expect(owners.has(user.id)).toBe(false);
  expect(Reflect.get(cache, 'entries')).toHaveProperty('max', 200_000);
});
