import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithDiskFaults, DiskFaults } from '../support/disk-faults.js';
import { Instance, withKey, type Credential } from '../support/instance.js';
import { mountSmallDisk, unmount } from '../support/mounts.js';

const { ENOSPC, EIO } = constants.errno;

/** A server on SQLite and its successful responses, to check after a kill that nothing was lost. */
class Ledger {
  private constructor(
    public server: Instance,
    private readonly env: Record<string, string>,
    private admin: Credential,
  ) {}

  private readonly keys = new Map<string, { key: string; status: string }>();
  private readonly users = new Map<string, string>();

  static async start(env: Record<string, string>): Promise<Ledger> {
    const all = { MAX_ACTIVE_KEYS_PER_USER: '100000', RATE_LIMIT_ADMIN: '1000000', ...env };
    const server = await Instance.start(all);
    return new Ledger(server, all, await server.signIn('root@example.com'));
  }

  /** Creates keys and revokes some of them. Returns the statuses of the responses. */
  async createKey(revokes = false): Promise<number[]> {
    const created = await this.server.request('POST', '/api-keys', this.admin, {
      name: 'A key'.padEnd(80, '.'),
    });
    if (created.status !== 201) return [created.status];
    const { id, key } = created.body as { id: string; key: string };
    this.keys.set(id, { key, status: 'active' });
    return revokes ? [created.status, await this.revoke(id)] : [created.status];
  }

  async revoke(id: string): Promise<number> {
    const { status } = await this.server.request('POST', `/api-keys/${id}/revoke`, this.admin, {});
    if (status === 200) this.keys.get(id)!.status = 'revoked';
    return status;
  }

  async createUser(): Promise<string> {
    const { id } = await this.server.createCaller('standard', 0);
    this.users.set(id, 'active');
    return id;
  }

  async suspend(id: string): Promise<number> {
    const { status } = await this.server.request('PATCH', `/admin/users/${id}`, this.admin, {
      status: 'suspended',
    });
    if (status === 200) this.users.set(id, 'suspended');
    return status;
  }

  get activeKey(): string {
    return [...this.keys.values()].find(({ status }) => status === 'active')!.key;
  }

  get activeId(): string {
    return [...this.keys].find(([, { status }]) => status === 'active')![0];
  }

  get size(): number {
    return this.keys.size;
  }

  async ping(key: string): Promise<number> {
    return (await this.server.request('POST', '/ping', withKey(key), {})).status;
  }

  /** Kills the server, starts another one, and compares its data with the earlier responses. */
  async check(): Promise<void> {
    await this.server.stop('SIGKILL');
    this.server = await Instance.start(this.env);
    this.admin = await this.server.signIn('root@example.com');
    const found = new Map<string, string>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor ? `?limit=100&cursor=${cursor}` : '?limit=100';
      const { body } = await this.server.request('GET', `/api-keys${query}`, this.admin);
      for (const { id, status } of body['data'] as { id: string; status: string }[]) found.set(id, status);
      cursor = body['nextCursor'] as string | null;
    }
    const lost = [...this.keys].filter(([id, { status }]) => found.get(id) !== status).map(([id]) => id);
    expect(lost).toEqual([]);
    for (const [id, status] of this.users) {
      const { body } = await this.server.request('GET', `/admin/users/${id}`, this.admin);
      expect(body['status']).toBe(status);
    }
  }
}

describeWithDiskFaults('a failing disk', () => {
  let faults: DiskFaults;
  let folder: string;
  let ledger: Ledger;

  beforeAll(async () => {
    faults = new DiskFaults();
    folder = mkdtempSync(join(tmpdir(), 'chameleon-disk-'));
    ledger = await Ledger.start({ DATABASE_URL: `sqlite:${join(folder, 'test.db')}`, ...faults.env });
  });

  afterAll(async () => {
    await ledger.server.stop('SIGKILL');
    faults.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['is full', 'pwrite64', ENOSPC],
    ['rejects writes', 'pwrite64', EIO],
    ['fails to flush', 'fsync', EIO],
  ] as const)(
    'responds with 503 while it %s, keeps everything it has confirmed, and recovers',
    async (_, systemCall, code) => {
      const user = await ledger.createUser();
      expect(await ledger.createKey()).toEqual([201]);

      faults.fail(systemCall, code, folder);
      for (let tries = 0; tries < 5; tries++) expect(await ledger.createKey()).toEqual([503]);
      expect(await ledger.revoke(ledger.activeId)).toBe(503);
      expect(await ledger.suspend(user)).toBe(503);
      const signIn = { email: 'root@example.com', password: 'a long enough password' };
      expect((await ledger.server.request('POST', '/auth/sign-in', {}, signIn)).status).toBe(503);

      faults.repair();
      expect(await ledger.createKey(true)).toEqual([201, 200]);
      expect(await ledger.suspend(user)).toBe(200);
      expect(await ledger.ping(ledger.activeKey)).toBe(200);
      await ledger.check();
    },
  );

  it('responds with 503 while the file cannot be read, and recovers', async () => {
    expect(await ledger.createKey()).toEqual([201]);
    faults.fail('pread64', EIO, folder);
    for (let tries = 0; tries < 5; tries++) {
      const response = ledger.server.request('GET', '/api-keys/000000000000', withKey(ledger.activeKey));
      expect((await response).status).toBe(503);
    }
    faults.repair();
    expect(await ledger.createKey()).toEqual([201]);
    await ledger.check();
  });
});

it('loses nothing it has confirmed while the disk fills up, and continues once there is space', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-small-disk-'));
  if (!mountSmallDisk(folder, 3)) return;
  const ballast = join(folder, 'ballast');
  let ledger: Ledger | null = null;
  try {
    ledger = await Ledger.start({ DATABASE_URL: `sqlite:${join(folder, 'test.db')}` });
    const user = await ledger.createUser();
    await ledger.createKey();
    // Space that other programs have left on the disk.
    writeFileSync(ballast, Buffer.alloc(statfsSync(folder).bavail * statfsSync(folder).bsize - 200 * 1024));
    const statuses: number[] = [];
    while (statuses.filter((status) => status === 503).length < 30 && statuses.length < 3_000)
      statuses.push(...(await ledger.createKey(statuses.length % 3 === 0)));
    expect(new Set(statuses)).toEqual(new Set([201, 200, 503]));
    const suspended = await ledger.suspend(user);
    expect([200, 503]).toContain(suspended);

    rmSync(ballast);
    expect(await ledger.createKey(true)).toEqual([201, 200]);
    await ledger.check();
  } finally {
    await ledger?.server.stop('SIGKILL');
    unmount(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
