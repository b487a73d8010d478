import {
  ADDRESS,
  advance,
  always,
  ask,
  createLimiter,
  ipv6,
  many,
  stopTime,
} from '../../../../test/support/failed-attempts.js';
import { SystemClock } from '../../../common/clock.js';
import { AppError } from '../../../common/errors/index.js';
import { parseEnv } from '../../../settings/index.js';
import { FailedAttemptLimiter, type Attempt } from './failed-attempt.limiter.js';

stopTime();

it('denies for the window of the settings, and names the policy', async () => {
  const limiter = new FailedAttemptLimiter(
    parseEnv({ FAILED_ATTEMPTS_LIMIT: '1', RATE_LIMIT_WINDOW_SECONDS: '10' }),
    new SystemClock(),
  );
  (await limiter.admitKey(ADDRESS, always))!.fail();
  await advance(9_999);
  const [asked] = many(1, () => ask(limiter));
  await advance(0);
  expect(asked!.error).toMatchObject({
    headers: { 'Retry-After': '1' },
    extensions: { 'violated-policies': ['failed-keys'] },
  });
  await advance(1);
  expect((await limiter.admitKey(ADDRESS, always))!.fail()['x-ratelimit-reset']).toBe('10');
});

it('counts the networks of a /56 and of a /48 together, and shows the limit that is reached', async () => {
  const limiter = createLimiter(5);
  const fail = async (networks: readonly string[]) => {
    const asked = ask(limiter, networks);
    await advance(0);
    if (asked.error) return asked.error.headers['ratelimit-policy'];
    return asked.attempt!.fail()['ratelimit'];
  };
  const outcomes = [];
  for (let network = 0; network < 4; network++) {
    for (let i = 0; i < 5; i++) outcomes.push(await fail(ipv6(1, 1, network)));
    if (network === 0) expect(await fail(ipv6(1, 1, 0))).toBe('"failed-keys";q=5;w=60');
  }
  expect(outcomes.slice(0, 5)).toEqual([4, 3, 2, 1, 0].map((left) => `"failed-keys";r=${left};t=60`));
  expect(await fail(ipv6(1, 1, 5))).toBe('"failed-keys";q=20;w=60');
  for (let group = 2; group < 5; group++) {
    for (let network = 0; network < 4; network++)
      for (let i = 0; i < 5; i++) await fail(ipv6(1, group, network));
  }
  expect(await fail(ipv6(1, 5, 0))).toBe('"failed-keys";q=80;w=60');
  expect(await fail(ipv6(2, 1, 1))).toBe('"failed-keys";r=4;t=60');
});

describe('the limiter of many', () => {
  const fail = async (limiter: FailedAttemptLimiter, networks: readonly string[]) =>
    (await limiter.admitKey(networks, always))!.fail()['x-ratelimit-remaining'];

  it('are at most 100,000: beyond that the one that failed longest ago is forgotten', async () => {
    const limiter = createLimiter(5);
    for (const address of ['first', 'second', 'first']) await fail(limiter, [address]);
    for (let i = 0; i < 99_998; i++) await fail(limiter, [`other ${i}`]);
    expect(await fail(limiter, ['first'])).toBe('2');
    await fail(limiter, ['one more']);
    expect(await fail(limiter, ['second'])).toBe('4');
  });
});

describe('with passwords', () => {
  const admit = (limiter: FailedAttemptLimiter, address: string, account: string) =>
    limiter.admitPassword([address], account, always).catch((error: AppError) => error);
  const fail = async (limiter: FailedAttemptLimiter, address: string, account: string) =>
    ((await admit(limiter, address, account)) as Attempt).fail();

  it('an account may fail five times at an address, which closes no other address', async () => {
    const limiter = createLimiter();
    for (let i = 0; i < 5; i++) {
      const fields = await fail(limiter, '203.0.113.1', 'ada');
      expect(fields['ratelimit']).toBe(`"failed-sign-ins";r=${4 - i};t=60`);
    }
    expect(await admit(limiter, '203.0.113.1', 'ada')).toBeInstanceOf(AppError);
    expect(await admit(limiter, '203.0.113.1', 'bob')).not.toBeInstanceOf(AppError);
    expect((await fail(limiter, '203.0.113.2', 'ada'))['ratelimit']).toBe('"failed-sign-ins";r=4;t=60');
  });

  it('shows the one of its two limiter that has least left', async () => {
    const limiter = createLimiter();
    for (let i = 0; i < 17; i++) await fail(limiter, '203.0.113.1', `guess ${i}`);
    expect((await fail(limiter, '203.0.113.1', 'ada'))['ratelimit']).toBe('"failed-sign-ins";r=2;t=60');
  });

  it('tells how long to wait for the one of two full budgets that stays full longest', async () => {
    const limiter = createLimiter();
    for (let i = 0; i < 15; i++) await fail(limiter, '203.0.113.1', `guess ${i}`);
    await advance(10_000);
    for (let i = 0; i < 5; i++) await fail(limiter, '203.0.113.1', 'ada');
    const denial = (await admit(limiter, '203.0.113.1', 'ada')) as AppError;
    expect(denial.headers).toMatchObject({
      'ratelimit-policy': '"failed-sign-ins";q=5;w=60',
      'Retry-After': '60',
    });
  });

  it('counts keys and passwords apart', async () => {
    const limiter = createLimiter(1);
    await fail(limiter, '203.0.113.1', 'ada');
    expect(() => limiter.assertKeysOpen(['203.0.113.1'])).not.toThrow();
    (await limiter.admitKey(['203.0.113.1'], always))!.fail();
    expect(() => limiter.assertKeysOpen(['203.0.113.1'])).toThrow('Too many failed attempts');
    expect(() => limiter.assertKeysOpen(['203.0.113.2'])).not.toThrow();
  });
});

it('asserts without counting, and looks at failed attempts only', async () => {
  const limiter = createLimiter(1);
  const asked = ask(limiter);
  await advance(0);
  for (let i = 0; i < 3; i++) limiter.assertKeysOpen(ADDRESS);
  asked.attempt!.fail();
  expect(() => limiter.assertKeysOpen(ADDRESS)).toThrow();
});
