import { connect } from 'node:net';
import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiKeyChecksum } from '../../src/common/text/api-key-format.js';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import { FailedAttemptLimiter } from '../../src/modules/rate-limit/index.js';
import type { User } from '../../src/modules/users/index.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { HeldBcrypt, until } from '../support/held-bcrypt.js';
import {
  policyAndRemaining,
  expectTooManyRequests,
  expectProblem,
  expectFieldErrors,
  type ReceivedResponse,
} from '../support/problem.js';

const MAX_RETRY_SECONDS = 5;

onEachDatabase((kind) => {
  let app: TestApp;
  let bcrypt: HeldBcrypt | null = null;

  const start = (env: Record<string, string> = {}) =>
    TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_STANDARD: '100000', TRUST_PROXY: '1', ...env },
    });

  beforeAll(async () => {
    app = await start();
  });

  // Each test starts with fresh rate limits.
  beforeEach(() => app.clock.advance(60_000));

  afterEach(() => bcrypt?.release());
  afterAll(() => app.stop());

  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));

  async function sendRequest(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<ReceivedResponse> {
    const response = await fetch(`${app.url}/api/v1/${path}`, {
      method,
      headers: { 'X-Forwarded-For': '203.0.113.1', 'Content-Type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      text: await response.text(),
      headers: Object.fromEntries(response.headers),
    };
  }

  const me = (key: string, from = '203.0.113.1') =>
    sendRequest('GET', 'me', { 'X-API-Key': key, 'X-Forwarded-For': from });
  const signIn = (email: string, password: string, from = '203.0.113.1') =>
    sendRequest('POST', 'auth/sign-in', { 'X-Forwarded-For': from }, { email, password });

  async function createUsers(count: number): Promise<User[]> {
    const users: User[] = [];
    for (let i = 0; i < count; i++) users.push(await app.createUser());
    return users;
  }

  /** A key that has not been used yet, of a new user unless one is given. */
  async function freshKey(user?: User): Promise<string> {
    return (await app.createKey(user ?? (await app.createUser()))).key;
  }

  /** Sequentially, because the service limits simultaneous hashes too. */
  async function freshKeys(count: number, user?: User): Promise<string[]> {
    const keys: string[] = [];
    for (let i = 0; i < count; i++) keys.push(await freshKey(user));
    return keys;
  }

  /** A key with the same id and a wrong secret, which only a comparison can detect. */
  function otherSecret(key: string, secret = 0): string {
    const body = key.slice(0, -36) + String(secret).padStart(30, '0');
    return body + apiKeyChecksum(body);
  }

  const statuses = (responses: readonly ReceivedResponse[]) => responses.map(({ status }) => status);

  /** Runs a test on a server with another FAILED_ATTEMPTS_LIMIT. */
  async function withLimit(limit: number, test: () => Promise<void>): Promise<void> {
    const sharedApp = app;
    app = await start({ FAILED_ATTEMPTS_LIMIT: String(limit) });
    try {
      await test();
    } finally {
      bcrypt?.release();
      await app.stop();
      app = sharedApp;
    }
  }

  /**
   * Sends requests while all comparisons are paused, until each has requested admission.
   * @param inOrder whether each request waits for the admission of the previous one.
   */
  async function sendHeld(
    method: 'admitKey' | 'admitPassword',
    requests: (() => Promise<ReceivedResponse>)[],
    { inOrder = true } = {},
  ): Promise<Promise<ReceivedResponse>[]> {
    bcrypt = new HeldBcrypt();
    const admit = jest.spyOn(app.nest.get(FailedAttemptLimiter), method);
    const responses: Promise<ReceivedResponse>[] = [];
    for (const send of requests) {
      responses.push(send());
      if (inOrder) await until(() => admit.mock.calls.length === responses.length);
    }
    await until(() => admit.mock.calls.length === responses.length);
    admit.mockRestore();
    return responses;
  }

  function expectUnavailable(response: ReceivedResponse): void {
    expectProblem(response, 503, 'unavailable');
    const seconds = Number(response.headers['retry-after']);
    expect(Number.isInteger(seconds)).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(MAX_RETRY_SECONDS);
  }

  describe('with keys', () => {
    it('accepts 300 valid users behind one address after a start, without a single 429', async () => {
      const keys = await freshKeys(300);
      const codes = new Set<number>();
      const served = await Promise.all(
        keys.map(async (key) => {
          for (;;) {
            const response = await me(key);
            codes.add(response.status);
            if (response.status === 200) return true;
            expectUnavailable(response);
            await sleep(Number(response.headers['retry-after']) * 1_000);
          }
        }),
      );
      expect(served).toHaveLength(300);
      expect(codes).not.toContain(429);
    });

    it.each(['one key each of 40 users', '40 keys of one user'])(
      'lets 40 simultaneous requests wait for a comparison: %s',
      async (which) => {
        const owner = which === 'keys of one user' ? await app.createUser() : undefined;
        const keys = await freshKeys(40, owner);
        const responses = await sendHeld(
          'admitKey',
          keys.map((key) => () => me(key)),
        );
        bcrypt!.release();
        expect(new Set(statuses(await Promise.all(responses)))).toEqual(new Set([200]));
      },
    );

    it('responds with 503 if the wait is too long, and accepts a retry', async () => {
      const keys = await freshKeys(25);
      const responses = await sendHeld(
        'admitKey',
        keys.map((key) => () => me(key)),
      );
      for (const response of await Promise.all(responses.slice(20))) expectUnavailable(response);
      bcrypt!.release();
      expect(new Set(statuses(await Promise.all(responses.slice(0, 20))))).toEqual(new Set([200]));
      for (const key of keys.slice(20)) expect((await me(key)).status).toBe(200);
    });

    it('responds to waiting requests with 429 once failed attempts alone reach the limit', async () => {
      const keys = await freshKeys(20);
      const good = await freshKeys(5);
      const responses = await sendHeld(
        'admitKey',
        [...keys.map((key) => otherSecret(key)), ...good].map((key) => () => me(key)),
      );
      bcrypt!.release();
      const settled = await Promise.all(responses);
      for (const response of settled.slice(0, 20)) expectProblem(response, 401, 'api_key_not_found');
      const seconds = settled
        .slice(20)
        .map((response) => expectTooManyRequests(response, 'too_many_failed_attempts', 'failed-keys', 20));
      app.clock.advance(Math.max(...seconds) * 1_000);
      for (const key of good) expect((await me(key)).status).toBe(200);
    });

    it('checks exactly 20 wrong secrets a minute among simultaneous valid requests', async () => {
      const good = await freshKeys(40);
      const wrong = (await freshKeys(40)).map((key) => otherSecret(key));
      const compare = jest.spyOn(app.nest.get(BcryptQueue), 'compare');
      const keys = good.flatMap((key, i) => [wrong[i]!, key]);
      const responses = await sendHeld(
        'admitKey',
        keys.map((key) => () => me(key)),
        { inOrder: false },
      );
      bcrypt!.release();
      const tried = (await Promise.all(responses)).filter(({ status }) => status === 401);
      for (let more = await me('junk'); more.status === 401; more = await me('junk')) tried.push(more);
      expect(tried).toHaveLength(20);
      const compared = compare.mock.calls.map(([text]) => text).filter((text) => wrong.includes(text));
      expect(compared.length).toBeLessThanOrEqual(20);
      compare.mockRestore();
    });

    it('does not count attempts that could not be checked', async () => {
      await withLimit(100, async () => {
        const key = await freshKey();
        const responses = await sendHeld(
          'admitKey',
          times(40, (i) => () => me(otherSecret(key, i))),
          { inOrder: false },
        );
        bcrypt!.release();
        // One secret per id is compared at a time, and 32 wait. The others are denied unchecked.
        const settled = await Promise.all(responses);
        for (const response of settled.filter(({ status }) => status !== 401)) expectUnavailable(response);
        const failed = settled.filter(({ status }) => status === 401).length;
        expect(failed).toBe(33);
        expect(policyAndRemaining(await me('junk'))).toBe(`failed-keys ${100 - 33 - 1}`);
      });
    });

    it('keeps accepting a verified key, whatever the number of pending and failed attempts', async () => {
      const verified = await freshKey();
      expect((await me(verified)).status).toBe(200);
      const wrong = (await freshKeys(30)).map((key) => otherSecret(key));
      const responses = await sendHeld(
        'admitKey',
        wrong.map((key) => () => me(key)),
      );
      expect((await me(verified)).status).toBe(200);
      bcrypt!.release();
      await Promise.all(responses);
      expectTooManyRequests(await me('junk'), 'too_many_failed_attempts', 'failed-keys', 20);
      expect((await me(verified)).status).toBe(200);
    });

    it('accepts a waiting request once another request verifies its key', async () => {
      const keys = await freshKeys(25);
      const shared = await freshKey();
      const responses = await sendHeld(
        'admitKey',
        [...keys, shared].map((key) => () => me(key)),
      );
      const compare = jest.spyOn(app.nest.get(BcryptQueue), 'compare');
      const fromOtherAddress = me(shared, '203.0.113.2');
      await until(() => compare.mock.calls.some(([text]) => text === shared));
      bcrypt!.letPass(shared);
      // Two places become free, but not for the last waiting requests.
      for (let i = 0; i < 2; i++) await bcrypt!.releaseOne();
      expect((await fromOtherAddress).status).toBe(200);
      expect(statuses(await Promise.all(responses.slice(22)))).toEqual([503, 503, 503, 200]);
      bcrypt!.release();
      expect(new Set(statuses(await Promise.all(responses.slice(0, 22))))).toEqual(new Set([200]));
    });

    it('gives the places of disconnected clients to new requests', async () => {
      await withLimit(1, async () => {
        const keys = await freshKeys(2);
        const [first] = await sendHeld('admitKey', [() => me(keys[0]!)]);
        const admit = jest.spyOn(app.nest.get(FailedAttemptLimiter), 'admitKey');
        const { hostname, port } = new URL(app.url);
        const request =
          `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.1\r\n` +
          `X-API-Key: ${otherSecret(keys[1]!)}\r\n\r\n`;
        const sockets = times(256, () => connect(Number(port), hostname));
        for (const socket of sockets) socket.write(request);
        await until(() => admit.mock.calls.length >= 256);
        const areNeeded = admit.mock.calls.map(([, isNeeded]) => isNeeded);
        for (const socket of sockets) socket.destroy();
        await until(() => areNeeded.every((isNeeded) => !isNeeded()));
        const next = me(keys[1]!);
        await until(() => admit.mock.calls.length > 256);
        admit.mockRestore();
        bcrypt!.release();
        expect(statuses([(await first)!, await next])).toEqual([200, 200]);
      });
    });
  });

  describe('with passwords', () => {
    it('lets 40 users behind one address sign in at once', async () => {
      const users = await createUsers(40);
      const responses = await sendHeld(
        'admitPassword',
        users.map(
          ({ email }) =>
            () =>
              signIn(email, PASSWORD),
        ),
      );
      bcrypt!.release();
      expect(new Set(statuses(await Promise.all(responses)))).toEqual(new Set([200]));
    });

    it('lets one user sign in 8 times at once, although the limit is 5 failures per account', async () => {
      const { email } = await app.createUser();
      const responses = await sendHeld(
        'admitPassword',
        times(8, () => () => signIn(email, PASSWORD)),
      );
      bcrypt!.release();
      expect(new Set(statuses(await Promise.all(responses)))).toEqual(new Set([200]));
    });

    it('responds alike for existing and missing accounts: 503, then 401, then 429', async () => {
      const { email } = await app.createUser();
      const accounts = [email, 'nobody@example.com'];
      const responses = await sendHeld(
        'admitPassword',
        accounts.flatMap((account) => times(7, () => () => signIn(account, 'wrong'))),
      );
      const late = await Promise.all([5, 6, 12, 13].map((i) => responses[i]!));
      for (const response of late) expectUnavailable(response);
      bcrypt!.release();
      const tried = await Promise.all([0, 1, 2, 3, 4, 7, 8, 9, 10, 11].map((i) => responses[i]!));
      for (const response of tried) expectProblem(response, 401, 'sign_in_failed');
      for (const account of accounts) {
        expectTooManyRequests(
          await signIn(account, PASSWORD),
          'too_many_failed_attempts',
          'failed-sign-ins',
          5,
        );
      }
      const bodies = [...late, ...tried].map(({ text }) => text.replace(/"requestId":"[^"]*"/, ''));
      expect(new Set(bodies).size).toBe(2);
    });

    it('responds to waiting requests with 429 once failed attempts alone reach the address limit', async () => {
      const { email } = await app.createUser();
      const guesses = times(20, (i) => () => signIn(`guess-${i}@example.com`, 'wrong'));
      const responses = await sendHeld('admitPassword', [...guesses, () => signIn(email, PASSWORD)]);
      bcrypt!.release();
      const settled = await Promise.all(responses);
      for (const response of settled.slice(0, 20)) expectProblem(response, 401, 'sign_in_failed');
      expectTooManyRequests(settled[20]!, 'too_many_failed_attempts', 'failed-sign-ins', 20);
    });

    it('applies the same limits to a wrong current password', async () => {
      const { email } = await app.createUser();
      const cookie = await app.signIn(email);
      const change = (currentPassword: string) =>
        sendRequest(
          'POST',
          'me/password',
          { Cookie: cookie },
          { currentPassword, newPassword: 'another long password' },
        );
      const responses = await sendHeld(
        'admitPassword',
        times(7, () => () => change('wrong')),
      );
      for (const response of await Promise.all(responses.slice(5))) expectUnavailable(response);
      bcrypt!.release();
      for (const response of await Promise.all(responses.slice(0, 5)))
        expectFieldErrors(response, 'currentPassword');
      expectTooManyRequests(await change(PASSWORD), 'too_many_failed_attempts', 'failed-sign-ins', 5);
    });
  });

  describe('in IPv6', () => {
    const LIMIT = 20;
    const network = (site: number, group: number, n: number) =>
      `2001:db8:${site.toString(16)}:${(group * 256 + n).toString(16)}::1`;
    let site = 1;
    beforeEach(() => void site++);

    it.each([
      ['failed-keys', (from: string) => me('junk', from)],
      ['failed-sign-ins', (from: string, i: number) => signIn(`guess-${i}@example.com`, 'wrong', from)],
    ] as const)(
      'counts %s of a /64, with 4 times that limit for a /56 and 16 times for a /48',
      async (policy, fail) => {
        let failures = 0;
        const failAll = async (group: number, n: number) => {
          for (let i = 0; i < LIMIT; i++)
            expect((await fail(network(site, group, n), failures++)).status).toBe(401);
        };
        const expectFull = async (from: string, limit: number) =>
          expectTooManyRequests(await fail(from, failures++), 'too_many_failed_attempts', policy, limit);

        await failAll(1, 0);
        await expectFull(network(site, 1, 0), LIMIT);
        for (const n of [1, 2, 3]) await failAll(1, n);
        await expectFull(network(site, 1, 4), 4 * LIMIT);
        for (const group of [2, 3, 4]) for (const n of [0, 1, 2, 3]) await failAll(group, n);
        const seconds = await expectFull(network(site, 5, 0), 16 * LIMIT);
        expect((await fail(network(site + 1_000, 1, 0), failures++)).status).toBe(401);
        app.clock.advance(seconds * 1_000);
        expect((await fail(network(site, 5, 0), failures++)).status).toBe(401);
      },
    );

    it('limits wrong passwords of one account in the same way: 5, 20 and 80', async () => {
      const guess = (group: number, n: number) => signIn('one@example.com', 'wrong', network(site, group, n));
      for (const group of [1, 2, 3, 4]) {
        for (const n of [0, 1, 2, 3])
          for (let i = 0; i < 5; i++) expect((await guess(group, n)).status).toBe(401);
        if (group === 1)
          expectTooManyRequests(await guess(1, 0), 'too_many_failed_attempts', 'failed-sign-ins', 5);
        if (group === 2)
          expectTooManyRequests(await guess(2, 5), 'too_many_failed_attempts', 'failed-sign-ins', 20);
      }
      expectTooManyRequests(await guess(5, 0), 'too_many_failed_attempts', 'failed-sign-ins', 80);
      expect((await signIn('other@example.com', 'wrong', network(site, 5, 0))).status).toBe(401);
    });

    it('admits at most as many pending attempts of a /56 as its limit of failed ones', async () => {
      await withLimit(2, async () => {
        const keys = await freshKeys(10);
        const responses = await sendHeld(
          'admitKey',
          keys.map((key, i) => () => me(key, network(site, 1, i))),
        );
        for (const response of await Promise.all(responses.slice(8))) expectUnavailable(response);
        expect((await me('junk', network(site, 2, 0))).status).toBe(401);
        bcrypt!.release();
        expect(new Set(statuses(await Promise.all(responses.slice(0, 8))))).toEqual(new Set([200]));
      });
    });

    it('counts an IPv4-mapped address as IPv4', async () => {
      for (let i = 0; i < LIMIT; i++)
        expect((await me('junk', i % 2 === 0 ? '::ffff:203.0.113.9' : '203.0.113.9')).status).toBe(401);
      expectTooManyRequests(
        await me('junk', '::ffff:203.0.113.9'),
        'too_many_failed_attempts',
        'failed-keys',
        LIMIT,
      );
      expect((await me('junk', '::ffff:203.0.113.10')).status).toBe(401);
    });
  });
});
