import { setTimeout as sleep } from 'node:timers/promises';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';
import { Instance, withKey, type Credential } from '../support/instance.js';

interface Bucket {
  readonly accepted: number;
}

onEachDatabase((kind) => {
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: Instance;

  beforeEach(async () => {
    database = await kind.create();
    env = {
      DATABASE_URL: database.url,
      RATE_LIMIT_STANDARD: '1000000',
      MAX_ACTIVE_KEYS_PER_USER: '1000000',
    };
    server = await Instance.start(env);
  }, 60_000);

  afterEach(async () => {
    await server.stop();
    await database.drop();
  });

  const accepted = async (keyId: string, session: Credential): Promise<number> => {
    const { body } = await server.request('GET', `/api-keys/${keyId}/usage`, session);
    return (body['data'] as Bucket[]).reduce((sum, bucket) => sum + bucket.accepted, 0);
  };

  it('keeps every confirmed creation and revocation when it is killed under load', async () => {
    const { email, keys } = await server.createCaller('standard', 40);
    const session = await server.signIn(email);
    const created: string[] = [];
    const revoked: string[] = [];
    const create = async () => {
      for (;;) {
        const { status, body } = await server.request('POST', '/api-keys', session, { name: 'Under load' });
        if (status === 201) created.push(body['key'] as string);
      }
    };
    const revoke = async () => {
      for (const { id, key } of keys) {
        const { status } = await server.request('POST', `/api-keys/${id}/revoke`, session);
        if (status === 200) revoked.push(key);
      }
    };
    // Closing the connection ends both.
    const load = [create(), create(), revoke()].map((work) => work.catch(() => undefined));
    await sleep(700);
    await server.stop('SIGKILL');
    await Promise.all(load);

    server = await Instance.start(env);
    expect(created.length).toBeGreaterThan(0);
    expect(revoked.length).toBeGreaterThan(0);
    for (const key of created) expect((await server.request('GET', '/me', withKey(key))).status).toBe(200);
    for (const key of revoked) {
      const response = await server.request('GET', '/me', withKey(key));
      expect(response.body).toMatchObject({ code: 'api_key_revoked' });
    }
  }, 60_000);

  it('misses at most ten seconds of usage when it is killed, and none when it is stopped', async () => {
    const { email, keys } = await server.createCaller('standard');
    const [{ id, key }] = keys as [{ id: string; key: string }];
    const lastUsedAt = async (session: Credential) =>
      Date.parse(String((await server.request('GET', `/api-keys/${id}`, session)).body['lastUsedAt']));
    let requestedAt = 0;
    for (let i = 0; i < 20; i++) {
      requestedAt = Date.now();
      await server.request('GET', '/me', withKey(key));
    }
    await sleep(10_000);
    await server.request('GET', '/me', withKey(key));
    await server.stop('SIGKILL');
    server = await Instance.start(env);
    const session = await server.signIn(email);
    expect(await accepted(id, session)).toBeGreaterThanOrEqual(20);
    expect(await lastUsedAt(session)).toBeGreaterThanOrEqual(requestedAt);

    const before = await accepted(id, session);
    for (let i = 0; i < 7; i++) {
      requestedAt = Date.now();
      await server.request('GET', '/me', withKey(key));
    }
    expect(await server.stop('SIGTERM')).toBe(0);
    server = await Instance.start(env);
    expect(await accepted(id, await server.signIn(email))).toBe(before + 7);
    expect(await lastUsedAt(await server.signIn(email))).toBeGreaterThanOrEqual(requestedAt);
  }, 60_000);
});
