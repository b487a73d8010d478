import { Database, isUniqueViolation, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { hashRequest, IdempotencyService } from '../../src/modules/api-keys/creation/idempotency.service.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

const HOUR_MS = 60 * 60 * 1_000;
const NOW = new Date('2026-01-05T09:30:00.000Z');
const BODY = hashRequest({ name: 'Mobile App' });

onEachDatabase((kind) => {
  let app: TestApp;
  let service: IdempotencyService;
  let userId: string;

  beforeAll(async () => {
    app = await TestApp.start(kind);
    service = app.nest.get(IdempotencyService);
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ({ id: userId } = await app.createUser());
  });

  const request = (idempotencyKey = 'a', requestHash = BODY, user = userId) => ({
    userId: user,
    idempotencyKey,
    requestHash,
  });
  const record = (what = request(), at = NOW, apiKeyId = '0123456789AB') =>
    app.nest
      .get(Database)
      .write(SYSTEM_AUTHOR, (transaction) => service.record(transaction, what, apiKeyId, at));
  const check = (what = request(), at = NOW) =>
    app.nest
      .get(Database)
      .write(SYSTEM_AUTHOR, (transaction) => service.requireUnused(transaction, what, at));

  it('accepts a new request', async () => {
    await expect(check()).resolves.toBeUndefined();
  });

  it('rejects a repeated request and returns the id of the key that it created', async () => {
    await record();
    await expect(check()).rejects.toMatchObject({
      kind: { status: 409, code: 'already_created' },
      extensions: { apiKeyId: '0123456789AB' },
    });
  });

  it('rejects a different request with the same key', async () => {
    await record();
    const other = request('a', hashRequest({ name: 'Other' }));
    await expect(check(other)).rejects.toMatchObject({
      kind: { status: 422, code: 'idempotency_key_reused' },
    });
  });

  it('distinguishes users, and keys that differ only in case', async () => {
    const { id: otherUser } = await app.createUser();
    await record(request('Key'));
    await expect(check(request('Key', BODY, otherUser))).resolves.toBeUndefined();
    await expect(check(request('key'))).resolves.toBeUndefined();
    await expect(check(request('Key'))).rejects.toMatchObject({ kind: { code: 'already_created' } });
  });

  it('remembers a request for 24 hours', async () => {
    await record();
    await expect(check(request(), new Date(NOW.getTime() + 24 * HOUR_MS))).rejects.toMatchObject({
      kind: { status: 409 },
    });
    await expect(check(request(), new Date(NOW.getTime() + 24 * HOUR_MS + 1))).resolves.toBeUndefined();
  });

  it('accepts the key again after 24 hours and deletes old records', async () => {
    const later = new Date(NOW.getTime() + 25 * HOUR_MS);
    await record(request('a'));
    await record(request('b'));
    await record(request('a'), later, 'AAAAAAAAAAAA');
    await expect(check(request('a'), later)).rejects.toMatchObject({
      extensions: { apiKeyId: 'AAAAAAAAAAAA' },
    });
    const rows: unknown[] = await app.nest
      .get(Database)
      .read((manager) => manager.query('SELECT * FROM idempotency_records WHERE user_id = ?', [userId]));
    expect(rows).toHaveLength(1);
  });

  it('records one of several simultaneous requests', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => record()));
    const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(failed).toHaveLength(4);
    expect(failed.every(({ reason }) => isUniqueViolation(reason))).toBe(true);
  });

  it('accepts a key of the maximum length', async () => {
    await record(request('~'.repeat(255)));
    await expect(check(request('~'.repeat(255)))).rejects.toMatchObject({
      kind: { code: 'already_created' },
    });
  });
});
