import type { ListPosition, SliceRequest } from '../../src/common/pagination/index.js';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import { type ApiKeyEntity, ApiKeysService } from '../../src/modules/api-keys/index.js';
import { ApiKeyCountsRepository } from '../../src/modules/api-keys/administration/api-key-counts.repository.js';
import { RevocationRepository } from '../../src/modules/api-keys/revocation/revocation.repository.js';
import { ApiKeysRepository, type ApiKeyFilter } from '../../src/modules/api-keys/api-keys.repository.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { apiKeyRow } from '../support/rows.js';

const NOW = new Date('2026-06-01T00:00:00.000Z');
const EARLIER = new Date(NOW.getTime() - 1);
const LATER = new Date(NOW.getTime() + 1);

onEachDatabase((kind) => {
  let app: TestApp;
  let repository: ApiKeysRepository;
  let userId: string;

  beforeAll(async () => {
    app = await TestApp.start(kind);
    repository = app.nest.get(ApiKeysRepository);
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ({ id: userId } = await app.createUser());
  });

  const write = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    app.nest.get(Database).write(SYSTEM_AUTHOR, work);
  const insert = async (row: Partial<ApiKeyEntity> = {}): Promise<ApiKeyEntity> => {
    const key = apiKeyRow({ userId, ...row });
    await write((transaction) => repository.insert(transaction, key));
    return key;
  };
  const list = async (filter: Partial<ApiKeyFilter> = {}, page: Partial<SliceRequest> = {}) =>
    repository.list(
      { userId, status: null, search: null, unusedSince: null, ...filter },
      { limit: 100, after: null, ...page },
      NOW,
    );
  const namesOf = async (filter: Partial<ApiKeyFilter>) =>
    (await list(filter)).items.map(({ name }) => name).sort();

  it('returns what was stored', async () => {
    const key = await insert({
      name: 'Ключ 😀',
      description: '😀'.repeat(500),
      expiresAt: new Date('2027-01-01T00:00:00.001Z'),
      revokedAt: new Date('2026-02-01T00:00:00.999Z'),
      revokedReason: 'r'.repeat(200),
      lastUsedAt: new Date('2026-03-29T01:00:00.000Z'),
      lastUsedFrom: 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255',
    });
    expect({ ...(await repository.findById(key.id)) }).toEqual(key);
    expect(await repository.findHash(key.id)).toBe(key.hash);
  });

  it('distinguishes keys whose ids differ only in case', async () => {
    const ids = ['0123456789ab', '0123456789AB', '0123456789aB'];
    for (const id of ids) await insert({ id, name: id, hash: id.padEnd(60, '.') });
    for (const id of ids) {
      expect((await repository.findById(id))?.name).toBe(id);
      expect(await repository.findHash(id)).toBe(id.padEnd(60, '.'));
      expect((await repository.findOwned(userId, id))?.name).toBe(id);
    }
    expect(await repository.findById('0123456789Ab')).toBeNull();
  });

  it('finds no key by an id with spaces around it', async () => {
    const { id } = await insert();
    const service = app.nest.get(ApiKeysService);
    const caller = {
      method: 'api_key',
      userId,
      role: 'standard',
      neededRoles: null,
      apiKey: { id, name: '' },
    } as const;
    expect((await service.get(caller, id)).id).toBe(id);
    for (const other of [`${id} `, ` ${id}`, `${id}\0`, id.toUpperCase()]) {
      if (other === id) continue;
      await expect(service.get(caller, other)).rejects.toMatchObject({
        kind: { status: 404, code: 'api_key_not_found' },
      });
    }
  });

  it('finds and updates only the keys of the owner', async () => {
    const { id } = await insert({ name: 'Mine' });
    const { id: otherUser } = await app.createUser();
    expect(await repository.findOwned(otherUser, id)).toBeNull();
    expect(
      await write((transaction) => repository.update(transaction, otherUser, id, { name: 'Theirs' })),
    ).toBe(false);
    expect(await repository.findById(id)).toMatchObject({ name: 'Mine' });
  });

  it('renames a key to the name that it already has', async () => {
    const { id } = await insert({ name: 'Same' });
    expect(await write((transaction) => repository.update(transaction, userId, id, { name: 'Same' }))).toBe(
      true,
    );
  });

  it('keeps the time and reason of the first revocation', async () => {
    const { id } = await insert();
    const revocations = app.nest.get(RevocationRepository);
    await write((transaction) => revocations.revoke(transaction, [id], EARLIER, 'first'));
    await write((transaction) => revocations.revoke(transaction, [id], NOW, 'second'));
    expect(await repository.findById(id)).toMatchObject({ revokedAt: EARLIER, revokedReason: 'first' });
  });

  it('filters keys by their status at a given time', async () => {
    await insert({ name: 'endless' });
    await insert({ name: 'not yet over', expiresAt: LATER });
    await insert({ name: 'over this moment', expiresAt: NOW });
    await insert({ name: 'over', expiresAt: EARLIER });
    await insert({ name: 'revoked', revokedAt: EARLIER });
    await insert({ name: 'revoked and over', revokedAt: EARLIER, expiresAt: EARLIER });
    expect(await namesOf({ status: 'active' })).toEqual(['endless', 'not yet over']);
    expect(await namesOf({ status: 'expired' })).toEqual(['over', 'over this moment']);
    expect(await namesOf({ status: 'revoked' })).toEqual(['revoked', 'revoked and over']);
    expect(await write(({ manager }) => repository.countActive(manager, userId, NOW))).toBe(2);
    const counts = app.nest.get(ApiKeyCountsRepository);
    expect([...(await counts.countActiveByUser([userId, 'nobody'], NOW))]).toEqual([[userId, 2]]);
    expect(await counts.countActiveByUser([], NOW)).toEqual(new Map());
  });

  it('returns each key once, newest first, while keys are created between pages', async () => {
    const stored: ApiKeyEntity[] = [];
    for (let index = 0; index < 11; index++) {
      stored.push(
        await insert({ name: `${index}`, createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3)) }),
      );
    }
    const found: string[] = [];
    let after: ListPosition | null = null;
    do {
      const page = await list({}, { limit: 3, after });
      found.push(...page.items.map(({ id }) => id));
      after = page.next;
      await insert({ name: 'newer', createdAt: new Date(Date.UTC(2027, 0, 1)) });
    } while (after);
    const order = (one: ApiKeyEntity, other: ApiKeyEntity) =>
      other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);
    expect(found).toEqual(stored.sort(order).map(({ id }) => id));
  });

  it("never leaves the caller's own list, whatever the cursor contains", async () => {
    const { id: otherUser } = await app.createUser();
    await insert({ userId: otherUser });
    const { items } = await list({}, { after: { createdAt: new Date('2099-01-01'), id: 'zzzzzzzzzzzz' } });
    expect(items).toEqual([]);
  });

  it('searches the start of names and prefixes, case-insensitively', async () => {
    await insert({ name: 'Mobile App', id: 'ABCDEFGHIJKL' });
    await insert({ name: 'my mobile', id: 'abcdefghij00' });
    expect(await namesOf({ search: 'mobile' })).toEqual(['Mobile App']);
    expect(await namesOf({ search: 'chm_abcdefghijkl' })).toEqual(['Mobile App']);
    expect(await namesOf({ search: 'chm_abcdefghij' })).toEqual(['Mobile App', 'my mobile']);
    expect(await namesOf({ search: 'abcdef' })).toEqual([]);
  });

  it('finds names that continue with the last characters of Unicode', async () => {
    const ends = ['😀', '\u{10fffd}', '\uffee', ''];
    for (const end of ends) await insert({ name: `Ends${end}` });
    expect(await namesOf({ search: 'ends' })).toEqual(ends.map((end) => `Ends${end}`).sort());
  });

  it.each(['%', '_', '\\'])('searches for %s literally', async (character) => {
    await insert({ name: `w${character}ld` });
    await insert({ name: 'wild' });
    expect(await namesOf({ search: `w${character}` })).toEqual([`w${character}ld`]);
    expect(await namesOf({ search: character })).toEqual([]);
  });

  it("searches owners' emails only among the keys of all users", async () => {
    const owner = await app.createUser('standard', `${userId}@owner.example`);
    const key = await insert({ userId: owner.id });
    const allUsers = await list({ userId: null, search: userId });
    expect(allUsers.items.map(({ id }) => id)).toEqual([key.id]);
    expect((await list({ userId: owner.id, search: userId })).items).toEqual([]);
  });

  it('finds keys that have been neither used nor created since a given time', async () => {
    await insert({ name: 'never used, old', createdAt: EARLIER });
    await insert({ name: 'never used, new', createdAt: NOW });
    await insert({ name: 'used long ago', createdAt: EARLIER, lastUsedAt: EARLIER });
    await insert({ name: 'used lately', createdAt: EARLIER, lastUsedAt: NOW });
    expect(await namesOf({ unusedSince: NOW })).toEqual(['never used, old', 'used long ago']);
  });
});
