import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { FairScheduler } from '../../src/modules/hashing/fair-scheduler.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { HeldBcrypt, until } from '../support/held-bcrypt.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    const limits = { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_STANDARD: '100000', REGISTRATION: 'open' };
    app = await TestApp.start(kind, { env: { ...limits, TRUST_PROXY: '1' } });
  });

  beforeEach(() => app.clock.advance(60_000));

  afterAll(() => app.stop());

  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(`${app.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  /** Whether a request was turned away because too many others wait for a hash. */
  const isHashingFull = async (response: Response): Promise<boolean> =>
    (await response.clone().text()).includes('are being checked');

  /** Sends a request again if no database connection became free for it in time, as a client does. */
  async function createKey(name: string, cookie: string): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await post('api-keys', { name }, { Cookie: cookie });
      if (response.status !== 503 || attempt === 10 || (await isHashingFull(response))) return response;
      await sleep(100);
    }
  }

  const signIn = (email: string, password: string, from: string) =>
    post('auth/sign-in', { email, password }, { 'X-Forwarded-For': from });

  /** Sends a flood and signs in after the whole flood has requested its hashes. @returns the responses to both. */
  async function signInDuring(jobs: number, flood: () => Promise<Response>[], from = '203.0.113.1') {
    const { email } = await app.createUser();
    const bcrypt = new HeldBcrypt();
    const turns = jest.spyOn(FairScheduler.prototype, 'run');
    const hashesRequested = () => turns.mock.calls.length;
    try {
      // A request that times out at the database never requests a hash.
      let notHashed = 0;
      const watch = async (sent: Promise<Response>): Promise<Response> => {
        const response = await sent;
        if (!bcrypt.isReleased && !(await isHashingFull(response))) notHashed++;
        return response;
      };
      const flooded = Promise.all(flood().map(watch));
      await until(() => hashesRequested() + notHashed >= jobs);
      const before = hashesRequested();
      const response = signIn(email, PASSWORD, from);
      await until(() => hashesRequested() > before);
      bcrypt.release();
      return { response: await response, flooded: await flooded };
    } finally {
      bcrypt.release();
      turns.mockRestore();
    }
  }

  const statuses = (responses: readonly Response[]): number[] => [
    ...new Set(responses.map(({ status }) => status)),
  ];
  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));

  it('lets a third user sign in while two users create 40 keys each at once, and creates the keys', async () => {
    const cookies: string[] = [];
    for (let i = 0; i < 2; i++) cookies.push(await app.signIn((await app.createUser()).email));
    const { response, flooded } = await signInDuring(80, () =>
      times(80, (i) => createKey(`Key ${i}`, cookies[i % 2]!)),
    );
    expect(response.status).toBe(200);
    expect(statuses(flooded)).toEqual([201]);
  });

  it('lets a user sign in while an admin creates many users at once', async () => {
    const admin = await app.createCaller('admin');
    await app.http.get('/api/v1/me').set('X-API-Key', admin.key).expect(200);
    const { response, flooded } = await signInDuring(100, () =>
      times(100, (i) => {
        const user = { email: `many-${kind.name}-${i}@example.com`, name: 'Many', role: 'standard' };
        return post('admin/users', { ...user, password: PASSWORD }, { 'X-API-Key': admin.key });
      }),
    );
    expect(response.status).toBe(200);
    // One hash runs and 64 wait; the other requests get a 503.
    expect(flooded.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(65);
    const rejected = flooded.filter(({ status }) => status !== 201);
    expect(statuses(rejected)).toEqual([503]);
    for (const { headers } of rejected) {
      expect(Number(headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
      expect(Number(headers.get('Retry-After'))).toBeLessThanOrEqual(5);
    }
  });

  it('lets a user sign in during many sign-ups from one address', async () => {
    const { response } = await signInDuring(100, () =>
      times(100, (i) => {
        const body = { email: `flood-${i}@example.com`, name: 'Flood', password: PASSWORD };
        return post('auth/sign-up', body, { 'X-Forwarded-For': '198.51.100.1' });
      }),
    );
    expect(response.status).toBe(200);
  });

  it.each([
    ['one address', 20, () => '198.51.100.2'],
    ['one /56, from a new /64 each time', 80, (i: number) => `2001:db8:0:${i.toString(16)}::1`],
    ['one /48, from a new /64 each time', 320, (i: number) => `2001:db8:1:${(i * 200).toString(16)}::1`],
  ])('lets a user sign in while %s sends wrong passwords', async (_who, jobs, from) => {
    const { response, flooded } = await signInDuring(jobs, () =>
      times(jobs, (i) => signIn(`guess-${i}@example.com`, 'wrong', from(i))),
    );
    expect(response.status).toBe(200);
    expect([401, 503]).toEqual(expect.arrayContaining(statuses(flooded)));
    expect(flooded.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(Math.min(jobs, 64));
  });

  it('lets a user in the same /48 sign in while another /56 sends wrong passwords', async () => {
    const { response } = await signInDuring(
      80,
      () => times(80, (i) => signIn(`near-${i}@example.com`, 'wrong', `2001:db8:2:${i.toString(16)}::1`)),
      '2001:db8:2:ff00::1',
    );
    expect(response.status).toBe(200);
  });

  it('lets a user sign in while three networks send as many requests as they can', async () => {
    const networks = ['2001:db8:3', '2001:db8:4', '2001:db8:5'];
    const { response } = await signInDuring(210, () =>
      times(210, (i) => signIn(`all-${i}@example.com`, 'wrong', `${networks[i % 3]}:${i.toString(16)}::1`)),
    );
    expect(response.status).toBe(200);
  });
});
