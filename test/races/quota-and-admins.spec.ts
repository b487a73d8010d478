import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { AppError } from '../../src/common/errors/index.js';
import { SYSTEM_AUTHOR } from '../../src/database/index.js';
import { AdminApiKeysService, ApiKeysService } from '../../src/modules/api-keys/index.js';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import { UsersService, type UserChanges } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

interface Outcome {
  readonly status: number;
  readonly body: { readonly code?: string };
}

const TRIES = 200;
const QUOTA = 2;

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    const limits = {
      RATE_LIMIT_STANDARD: '100000',
      RATE_LIMIT_ADMIN: '100000',
      RATE_LIMIT_ANONYMOUS: '100000',
    };
    app = await TestApp.start(kind, { env: { ...limits, MAX_ACTIVE_KEYS_PER_USER: String(QUOTA) } });
  });

  afterAll(() => app.stop());

  async function callerWithKey(role: 'standard' | 'admin') {
    const user = await app.createUser(role);
    const principal = await app.principalOf(user);
    const { key } = await app.nest
      .get(ApiKeysService)
      .create(principal, { name: 'First', expiresAt: null }, null);
    return { id: user.id, key: key.reveal(), principal };
  }

  /** The status of the work, with its error code if it fails. */
  const outcome = (work: Promise<unknown>, status: number): Promise<Outcome> =>
    work.then(
      () => ({ status, body: {} }),
      (error: AppError) => ({ status: error.kind.status, body: { code: error.kind.code } }),
    );

  const send = (method: string, path: string, key: string, body: object): Promise<Outcome> =>
    fetch(`${app.url}/api/v1/${path}`, {
      method,
      headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }).then(async (response) => ({
      status: response.status,
      body: (await response.json()) as { code?: string },
    }));

  it(`leaves exactly one active admin when two demote each other at once, ${TRIES} times`, async () => {
    const users = app.nest.get(UsersService);
    const admins = [await callerWithKey('admin'), await callerWithKey('admin')] as const;
    const page = await users.list(
      { search: 'root@example.com', role: null, status: null },
      { limit: 1, after: null },
    );
    await users.update(SYSTEM_AUTHOR, page.items[0]!.id, { role: 'standard' });
    const countAdmins = async () => {
      const rows: unknown = await app.nest
        .get(DataSource)
        .query("SELECT COUNT(*) AS count FROM users WHERE role = 'admin' AND status = 'active'");
      return Number((rows as { count: number | string }[])[0]!.count);
    };

    const [one, two] = admins;
    const update = (id: string, changes: UserChanges) =>
      outcome(users.update(SYSTEM_AUTHOR, id, changes), 200);
    for (let i = 0; i < TRIES; i++) {
      const body = i % 2 === 0 ? { role: 'standard' as const } : { status: 'suspended' as const };
      const [first, second] = i % 8 < 4 ? [one, two] : [two, one];
      // Every other pair calls the service directly, past the guards: over HTTP on SQLite, the guards rarely
      // admit both.
      const responses = await Promise.all(
        i % 4 < 2
          ? [
              send('PATCH', `admin/users/${second.id}`, first.key, body),
              send('PATCH', `admin/users/${first.id}`, second.key, body),
            ]
          : [update(second.id, body), update(first.id, body)],
      );
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await countAdmins()).toBe(1);
      // Over HTTP, the losing user is no longer an admin when their request is checked. The service itself
      // reports the last-admin rule.
      const overHttp = i % 2 === 0 ? 'forbidden' : 'account_suspended';
      const lost = responses.find(({ status }) => status !== 200)?.body.code;
      expect({ i, lost }).toEqual({ i, lost: i % 4 < 2 ? overHttp : 'last_admin' });
      for (const { id } of admins) await users.update(SYSTEM_AUTHOR, id, { role: 'admin', status: 'active' });
      // Requests with inactive keys have their own rate limit.
      app.clock.advance(2_000);
    }
  });

  it(`stops exactly at the key quota when requests are simultaneous, ${TRIES} times`, async () => {
    const codes = ['201', 'api_key_quota_reached', 'api_key_quota_reached'];
    const keys = app.nest.get(ApiKeysService);
    for (let tries = 0; tries < TRIES; tries++) {
      const { id, key, principal } = await callerWithKey('standard');
      const byKey = (name: string) => send('POST', 'api-keys', key, { name });
      const bySession = (name: string) =>
        outcome(keys.create(principal, { name, expiresAt: null }, null), 201);
      const hashes = holdHashes(3);
      // Creations by one key already wait for its row lock, so every other round uses a session.
      const responses = await Promise.all(['A', 'B', 'C'].map(tries % 2 === 0 ? byKey : bySession));
      hashes.mockRestore();
      const counts = await app.nest.get(AdminApiKeysService).countActiveByUser([id]);
      expect(counts.get(id)).toBe(QUOTA);
      expect(responses.map(({ status, body }) => body.code ?? String(status)).sort()).toEqual(codes);
    }
  });

  /** Hashing is sequential and would spread the creations, so each waits until all are hashed. */
  function holdHashes(count: number) {
    const queue = app.nest.get(BcryptQueue);
    const hash = queue.hash.bind(queue);
    let left = count;
    let release: () => void;
    const all = new Promise<void>((resolve) => (release = resolve));
    return jest.spyOn(queue, 'hash').mockImplementation(async (...args) => {
      const hashed = await hash(...args);
      if (--left === 0) release();
      await all;
      return hashed;
    });
  }
});
