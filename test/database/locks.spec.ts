import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Principal } from '../../src/common/access/index.js';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import { InvalidationBus } from '../../src/invalidation/index.js';
import {
  AdminApiKeysService,
  ApiKeyEntity,
  ApiKeysService,
  BulkRevocationService,
} from '../../src/modules/api-keys/index.js';
import { ApiKeysRepository } from '../../src/modules/api-keys/api-keys.repository.js';
import { RevocationRepository } from '../../src/modules/api-keys/revocation/revocation.repository.js';
import { UserEntity, UsersService } from '../../src/modules/users/index.js';
import { UsersRepository } from '../../src/modules/users/users.repository.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { gate } from '../support/gate.js';
import { apiKeyRow } from '../support/rows.js';

const QUOTA = 2;

// SQLite has a single writer, so everything else waits anyway.
const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
(mariadb ? describe : describe.skip)('while a transaction is open', () => {
  let app: TestApp;
  let observer: Connection;

  beforeAll(async () => {
    app = await TestApp.start(mariadb!, { env: { MAX_ACTIVE_KEYS_PER_USER: String(QUOTA) } });
    observer = await createConnection({ uri: app.database.url.replace('mariadb:', 'mysql:') });
  });

  afterAll(async () => {
    await observer.end();
    await app.stop();
  });

  const dataSource = () => app.nest.get(DataSource);

  /** Resolves when a transaction waits for another one's lock. */
  async function lockWait(): Promise<'waits'> {
    for (;;) {
      // Caution: MariaDB caches this table and refreshes it only if it has not been read for 0.1 seconds.
      await sleep(110);
      const [rows] = await observer.query<RowDataPacket[]>(
        `SELECT 1 FROM information_schema.INNODB_TRX AS trx
         JOIN information_schema.PROCESSLIST AS process ON process.ID = trx.trx_mysql_thread_id
         WHERE trx.trx_state = 'LOCK WAIT' AND process.DB = DATABASE()`,
      );
      if (rows.length > 0) return 'waits';
    }
  }

  /** Returns whether the work waits for a lock or completes without waiting. */
  const waitsOrCompletes = (work: Promise<unknown>): Promise<'waits' | 'goes on'> =>
    Promise.race([
      lockWait(),
      work.then(
        () => 'goes on' as const,
        () => 'goes on' as const,
      ),
    ]);

  /** Pauses the commit of the next transaction that runs a matching statement. */
  function holdCommitOf(statement: RegExp): { reached: Promise<void>; release: () => void } {
    const [reached, released] = [gate(), gate()];
    const wrote = new WeakSet<QueryRunner>();
    const subscriber = {
      beforeQuery: ({ query, queryRunner }: { query: string; queryRunner: QueryRunner }) =>
        void (statement.test(query) && wrote.add(queryRunner)),
      beforeTransactionCommit: async ({ queryRunner }: { queryRunner: QueryRunner }) => {
        const { subscribers } = dataSource();
        if (!wrote.has(queryRunner) || !subscribers.includes(subscriber)) return;
        subscribers.splice(subscribers.indexOf(subscriber), 1);
        reached.open();
        await released.opened;
      },
    };
    dataSource().subscribers.push(subscriber);
    return { reached: reached.opened, release: released.open };
  }

  describe('its lock prevents changes', () => {
    let userId: string;
    let keyId: string;

    beforeAll(async () => {
      const { user, id } = await app.createCaller();
      [userId, keyId] = [user.id, id];
    });

    const changeUser = ({ manager }: Transaction) =>
      manager.update(UserEntity, { id: userId }, { name: 'Changed' });
    const changeKey = ({ manager }: Transaction) =>
      manager.update(ApiKeyEntity, { id: keyId }, { name: 'Changed' });

    it.each<[string, (transaction: Transaction) => Promise<unknown>, typeof changeUser]>([
      ['a user', (transaction) => app.nest.get(UsersRepository).lock(transaction, userId), changeUser],
      ['users', (transaction) => app.nest.get(UsersService).lock(transaction, [userId]), changeUser],
      ['a key', (transaction) => app.nest.get(ApiKeysRepository).lock(transaction, keyId), changeKey],
      [
        'an active key',
        (transaction) => app.nest.get(ApiKeysService).requireActive(transaction, keyId),
        changeKey,
      ],
      [
        'keys',
        (transaction) => app.nest.get(RevocationRepository).lock(transaction, [keyId], null, new Date()),
        changeKey,
      ],
    ])('to %s', async (_, lock, change) => {
      const [locked, over] = [gate(), gate()];
      const database = app.nest.get(Database);
      const holder = database.write(SYSTEM_AUTHOR, async (transaction) => {
        await lock(transaction);
        locked.open();
        await over.opened;
      });
      await locked.opened;
      const changed = database.write(SYSTEM_AUTHOR, change);
      expect(await waitsOrCompletes(changed)).toBe('waits');
      over.open();
      await Promise.all([holder, changed]);
    });
  });

  it('locks users and keys in order of their ids, which prevents deadlocks', async () => {
    const statements: string[] = [];
    const subscriber = { beforeQuery: ({ query }: { query: string }) => void statements.push(query) };
    dataSource().subscribers.push(subscriber);
    await app.nest.get(Database).write(SYSTEM_AUTHOR, async (transaction) => {
      await app.nest.get(UsersRepository).lockMany(transaction, ['b', 'a', 'b']);
      await app.nest.get(RevocationRepository).lock(transaction, ['b', 'a'], null, new Date());
    });
    dataSource().subscribers.splice(dataSource().subscribers.indexOf(subscriber), 1);
    const locks = statements.filter((statement) => /FOR UPDATE/.test(statement));
    expect(locks).toHaveLength(2);
    for (const statement of locks) expect(statement).toMatch(/ORDER BY `\w+`\.`id` ASC FOR UPDATE/);
  });

  it('keeps the order of ids when it locks more keys than fit in one statement', async () => {
    const { user } = await app.createCaller();
    const admin = await app.principalOf(await app.createUser('admin'));
    const rows = Array.from({ length: 501 }, () => apiKeyRow({ userId: user.id }));
    await dataSource()
      .createQueryBuilder()
      .insert()
      .into(ApiKeyEntity)
      .values(rows)
      .updateEntity(false)
      .execute();
    const sorted = rows.map(({ id }) => id).sort();
    const locked: unknown[] = [];
    const subscriber = {
      beforeQuery: ({ query, parameters }: { query: string; parameters?: unknown }) =>
        void (/`api_keys`.*FOR UPDATE/s.test(query) && locked.push(...(parameters as unknown[]))),
    };
    dataSource().subscribers.push(subscriber);
    const selection = { ids: [...sorted].reverse() };
    await app.nest
      .get(BulkRevocationService)
      .run(admin, selection, { reason: null, expected: 501, confirm: false });
    dataSource().subscribers.splice(dataSource().subscribers.indexOf(subscriber), 1);
    expect(locked).toEqual(sorted);
  });

  it('numbers its changes before those of transactions that commit later', async () => {
    const database = app.nest.get(Database);
    const bus = app.nest.get(InvalidationBus);
    const change = (id: string) =>
      database.write(SYSTEM_AUTHOR, (transaction) => {
        bus.invalidate(transaction, 'user', id);
        return Promise.resolve();
      });
    const held = holdCommitOf(/^INSERT INTO `change_feed`/);
    const first = change('first');
    await held.reached;
    const second = change('second');
    expect(await waitsOrCompletes(second)).toBe('waits');
    held.release();
    await Promise.all([first, second]);
    const rows = await dataSource().query<{ id: string }[]>(
      "SELECT subject_id AS id FROM change_feed WHERE subject_id IN ('first', 'second') ORDER BY seq",
    );
    expect(rows.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it.each([
    ['demoted', { role: 'standard' }],
    ['suspended', { status: 'suspended' }],
  ] as const)('keeps the last active admin while another admin is %s', async (_, change) => {
    const users = app.nest.get(UsersService);
    // Admins of other tests.
    await dataSource().manager.update(UserEntity, { role: 'admin' }, { role: 'standard' });
    const [one, other] = [await app.createUser('admin'), await app.createUser('admin')];
    const held = holdCommitOf(/^UPDATE `users`/);
    const first = users.update(SYSTEM_AUTHOR, one.id, change);
    await held.reached;
    const second = users.update(SYSTEM_AUTHOR, other.id, { role: 'premium' });
    second.catch(() => undefined);
    expect(await waitsOrCompletes(second)).toBe('waits');
    held.release();
    await first;
    await expect(second).rejects.toMatchObject({ kind: { code: 'last_admin' } });
  });

  it('skips a key that no longer matches once it is locked', async () => {
    const { id } = await app.createCaller();
    const admin = await app.principalOf(await app.createUser('admin'));
    const database = app.nest.get(Database);
    const name = (text: string) => ({ name: text, nameFolded: text });
    await database.write(SYSTEM_AUTHOR, ({ manager }) =>
      manager.update(ApiKeyEntity, { id }, name('leaked')),
    );
    const held = holdCommitOf(/^UPDATE `api_keys`/);
    const renamed = database.write(SYSTEM_AUTHOR, ({ manager }) =>
      manager.update(ApiKeyEntity, { id }, name('kept')),
    );
    await held.reached;
    const filter = { userId: null, status: null, search: 'leaked', unusedForDays: null };
    const revoked = app.nest
      .get(BulkRevocationService)
      .run(admin, { filter }, { reason: null, expected: 1, confirm: false });
    revoked.catch(() => undefined);
    expect(await waitsOrCompletes(revoked)).toBe('waits');
    held.release();
    await renamed;
    await expect(revoked).rejects.toMatchObject({ kind: { code: 'selection_changed' } });
  });

  it('revokes nothing by a search if a matching key is created before the keys are locked', async () => {
    const { user, id } = await app.createCaller();
    const admin = await app.principalOf(await app.createUser('admin'));
    const held = holdCommitOf(/^INSERT INTO `api_keys`/);
    const created = create(keyOf(user.id, id));
    await held.reached;
    const filter = { userId: null, status: null, search: user.email, unusedForDays: null };
    const revoked = app.nest
      .get(BulkRevocationService)
      .run(admin, { filter }, { reason: null, expected: 1, confirm: false });
    revoked.catch(() => undefined);
    expect(await waitsOrCompletes(revoked)).toBe('waits');
    held.release();
    await created;
    await expect(revoked).rejects.toMatchObject({ kind: { code: 'selection_changed' } });
    const keys = await dataSource().manager.findBy(ApiKeyEntity, { userId: user.id });
    expect(keys.map(({ revokedAt }) => revokedAt)).toEqual([null, null]);
  });

  const create = async (by: Parameters<ApiKeysService['create']>[0]) =>
    app.nest.get(ApiKeysService).create(by, { name: 'New', expiresAt: null }, null);
  const keyOf = (userId: string, id: string): Principal => ({
    method: 'api_key',
    userId,
    role: 'standard',
    neededRoles: null,
    apiKey: { id, name: 'Creator' },
  });

  it('enforces the quota for simultaneous creations', async () => {
    const { user } = await app.createCaller();
    const [caller, again] = [await app.principalOf(user), await app.principalOf(user)];
    const held = holdCommitOf(/^INSERT INTO `api_keys`/);
    const last = create(caller);
    await held.reached;
    const beyond = create(again);
    beyond.catch(() => undefined);
    expect(await waitsOrCompletes(beyond)).toBe('waits');
    held.release();
    await last;
    await expect(beyond).rejects.toMatchObject({ kind: { code: 'api_key_quota_reached' } });
  });

  it.each<[string, (admin: Principal, key: ApiKeyEntity) => Promise<unknown>]>([
    [
      'with all its descendants',
      (admin, { id }) => app.nest.get(AdminApiKeysService).revoke(admin, id, { reason: null, cascade: true }),
    ],
    [
      'with all keys of its owner',
      (admin, { userId }) => {
        const filter = { userId, status: null, search: null, unusedForDays: null };
        // The key in creation must be revoked too.
        return app.nest
          .get(BulkRevocationService)
          .run(admin, { filter }, { reason: null, expected: 2, confirm: false });
      },
    ],
  ])('also revokes a key in creation when the creating key is revoked %s', async (_, revoke) => {
    const { user, id } = await app.createCaller();
    const creatingKey = await dataSource().manager.findOneByOrFail(ApiKeyEntity, { id });
    const admin = await app.principalOf(await app.createUser('admin'));
    const held = holdCommitOf(/^INSERT INTO `api_keys`/);
    const created = create(keyOf(user.id, id));
    await held.reached;
    const revoked = revoke(admin, creatingKey);
    revoked.catch(() => undefined);
    expect(await waitsOrCompletes(revoked)).toBe('waits');
    held.release();
    const { apiKey } = await created;
    await revoked;
    const child = await dataSource().manager.findOneByOrFail(ApiKeyEntity, { id: apiKey.id });
    expect(child.revokedAt).not.toBeNull();
  });
});
