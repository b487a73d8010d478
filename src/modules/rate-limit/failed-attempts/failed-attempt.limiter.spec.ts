import { jest } from '@jest/globals';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { mostInAnySpan } from '../../../../test/support/spans.js';
import { SystemClock } from '../../../common/clock.js';
import { AppError } from '../../../common/errors/index.js';
import { parseEnv } from '../../../settings/index.js';
import { FailedAttemptLimiter, type Attempt } from './failed-attempt.limiter.js';

const WINDOW_MS = 60_000;
const MAX_WAIT_MS = 2_000;
const ADDRESS = ['203.0.113.1'];

// The clock and the timers stand still until a test moves them.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

const createBudgets = (limit = 20) =>
  new FailedAttemptLimiter(parseEnv({ FAILED_ATTEMPTS_LIMIT: String(limit) }), new SystemClock());

const always = () => true;

/** Asks for one attempt and tells what has become of it so far. */
function ask(budgets: FailedAttemptLimiter, networks: readonly string[] = ADDRESS, isNeeded = always) {
  const asked = {
    attempt: undefined as Attempt | null | undefined,
    error: undefined as AppError | undefined,
  };
  budgets.admitKey(networks, isNeeded).then(
    (attempt) => (asked.attempt = attempt),
    (error: AppError) => (asked.error = error),
  );
  return asked;
}

type Asked = ReturnType<typeof ask>;

const many = (count: number, make: (i: number) => Asked): Asked[] =>
  Array.from({ length: count }, (_, i) => make(i));
const started = (asked: readonly Asked[]) => asked.filter(({ attempt }) => attempt);
const refused = (asked: readonly Asked[], code: string) =>
  asked.filter(({ error }) => error?.kind.code === code);
const retryAfter = ({ error }: Asked) => Number(error!.headers['Retry-After']);

/** The /64, /56 and /48 of an address. */
const ipv6 = (site: number, group: number, network: number): string[] => [
  `2001:db8:${site}:${group}${network}::/64`,
  `2001:db8:${site}:${group}00::/56`,
  `2001:db8:${site}::/48`,
];

describe('on a random schedule', () => {
  /** So many in one /48 that its networks can fill it. */
  const NETWORKS = [
    ['203.0.113.1'],
    ['203.0.113.2'],
    ipv6(2, 1, 1),
    ...[1, 2, 3, 4, 5].flatMap((group) => [1, 2, 3, 4, 5].map((network) => ipv6(1, group, network))),
  ];
  const LIMITS = [5, 20, 80];

  it.each([1, 2, 3, 4, 5, 6])(
    'nobody guesses more often than the limit, and nobody else is told so: %i',
    async (seed) => {
      const random = seededRandom(seed);
      const budgets = createBudgets(LIMITS[0]);
      const failedAt = new Map<string, number[]>();
      const startedAt = new Map<string, number[]>();
      const pending = new Map<string, number>();
      const lastStart = new Map<string, { index: number; at: number }>();
      const seen = { started: 0, waited: 0, failed: 0, tooMany: 0, unavailable: 0 };
      const add = (map: Map<string, number[]>, key: string, value: number) =>
        map.set(key, [...(map.get(key) ?? []), value]);
      const failedOf = (network: string) =>
        (failedAt.get(network) ?? []).filter((time) => time > performance.now() - WINDOW_MS);
      const taken = (network: string) => failedOf(network).length + (pending.get(network) ?? 0);

      async function call(
        index: number,
        networks: readonly string[],
        outcome: 'right' | 'wrong' | 'unjudged',
      ) {
        const cameAt = performance.now();
        const asked = await budgets.admitKey(networks, always).catch((error: AppError) => error);
        // First come, first served: whoever came later started at the same moment at the earliest.
        const last = lastStart.get(networks[0]!);
        if (last && last.index > index) expect(last.at).toBe(performance.now());
        if (asked instanceof AppError) return expectRightRefusal(networks, asked, performance.now() - cameAt);

        seen.started++;
        lastStart.set(networks[0]!, { index: Math.max(index, last?.index ?? 0), at: performance.now() });
        if (performance.now() > cameAt) seen.waited++;
        expect(performance.now() - cameAt).toBeLessThanOrEqual(MAX_WAIT_MS);
        networks.forEach((network, width) => {
          expect(taken(network)).toBeLessThan(LIMITS[width]!);
          pending.set(network, (pending.get(network) ?? 0) + 1);
          if (outcome === 'wrong') add(startedAt, network, performance.now());
        });
        await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 1_500)));
        for (const network of networks) {
          pending.set(network, pending.get(network)! - 1);
          if (outcome === 'wrong') add(failedAt, network, performance.now());
        }
        if (outcome !== 'wrong') return asked!.giveBack();
        seen.failed++;
        asked!.fail();
      }

      function expectRightRefusal(networks: readonly string[], error: AppError, waitedMs: number) {
        const seconds = Number(error.headers['Retry-After']);
        const untilOpenMs = networks.flatMap((network, width) => {
          const [times, limit] = [failedOf(network), LIMITS[width]!];
          return times.length < limit ? [] : [times[times.length - limit]! + WINDOW_MS - performance.now()];
        });
        if (error.kind.code === 'too_many_failed_attempts') {
          seen.tooMany++;
          expect(seconds).toBe(Math.ceil(Math.max(...untilOpenMs) / 1_000));
          return;
        }
        seen.unavailable++;
        expect(error.kind.code).toBe('unavailable');
        expect(untilOpenMs).toEqual([]);
        expect(waitedMs).toBe(MAX_WAIT_MS);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(5);
      }

      const calls: Promise<void>[] = [];
      for (let index = 0; index < 3_000; index++) {
        // Guessers come in waves, so that windows fill and empty.
        const isWave = Math.floor(index / 300) % 2 === 0;
        const kind = random();
        const outcome = kind < (isWave ? 0.3 : 0.02) ? 'wrong' : kind < 0.9 ? 'right' : 'unjudged';
        calls.push(call(index, NETWORKS[Math.floor(random() * NETWORKS.length)]!, outcome));
        await advance(random() < 0.5 ? 0 : Math.floor(random() * 250));
      }
      await advance(10_000);
      await Promise.all(calls);

      for (const networks of NETWORKS) {
        networks.forEach((network, width) => {
          for (const times of [startedAt.get(network) ?? [], failedAt.get(network) ?? []]) {
            expect(mostInAnySpan(times, WINDOW_MS)).toBeLessThanOrEqual(LIMITS[width]!);
          }
        });
      }
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
    },
  );
});

it('lets those start at once who have room, and the others when their turn comes', async () => {
  const budgets = createBudgets();
  const asked = many(30, () => ask(budgets));
  await advance(0);
  expect(started(asked)).toEqual(asked.slice(0, 20));
  asked[7]!.attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked.slice(0, 21));
  for (const { attempt } of asked.slice(8, 18)) attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked);
});

it('answers those whose turn does not come with unavailable after two seconds, and not before', async () => {
  const budgets = createBudgets();
  const asked = many(120, () => ask(budgets));
  await advance(MAX_WAIT_MS - 1);
  expect(refused(asked, 'unavailable')).toEqual([]);
  await advance(1);
  const late = refused(asked, 'unavailable');
  expect(late).toEqual(asked.slice(20));
  // The first comes back soon, the last when those before it have had their turn.
  expect(late.map(retryAfter)).toEqual(late.map((_, i) => Math.min(5, Math.ceil(((i + 1) * 50) / 1_000))));
  expect(retryAfter(late[0]!)).toBe(1);
  expect(retryAfter(late.at(-1)!)).toBe(5);
  expect(refused(asked, 'too_many_failed_attempts')).toEqual([]);
});

it('tells those who wait how fast the queue moves', async () => {
  const budgets = createBudgets(1);
  const asked = many(256, () => ask(budgets));
  // A turn takes ten milliseconds.
  for (let i = 0; i < 199; i++) {
    await advance(10);
    asked[i]!.attempt!.giveBack();
  }
  await advance(10);
  const late = refused(asked, 'unavailable');
  expect(late).toHaveLength(56);
  expect(new Set(late.map(retryAfter))).toEqual(new Set([1]));
});

it('tells those who wait at once when the failed ones alone reach the limit', async () => {
  const budgets = createBudgets();
  const asked = many(40, () => ask(budgets));
  await advance(1_000);
  for (const { attempt } of asked.slice(0, 19)) attempt!.fail();
  await advance(0);
  expect(asked.filter(({ error }) => error)).toEqual([]);
  asked[19]!.attempt!.fail();
  await advance(0);
  const told = refused(asked, 'too_many_failed_attempts');
  expect(told).toEqual(asked.slice(20));
  expect(told.map(retryAfter)).toEqual(Array(20).fill(60));
});

it('gives the room that time makes to those who have waited longest', async () => {
  const budgets = createBudgets(2);
  const [guess] = many(1, () => ask(budgets));
  await advance(0);
  guess!.attempt!.fail();
  await advance(WINDOW_MS - 1_000);
  const [pending, first] = many(2, () => ask(budgets));
  await advance(1_000);
  expect([pending!.attempt, first!.attempt]).toEqual([expect.anything(), undefined]);
  const second = ask(budgets);
  await advance(0);
  expect([first!.attempt, second.attempt]).toEqual([expect.anything(), undefined]);
});

it('gives the room that time has made to one whose patience ends, though nobody came since', async () => {
  const budgets = createBudgets(2);
  const guess = ask(budgets);
  await advance(0);
  guess.attempt!.fail();
  await advance(WINDOW_MS - 1_500);
  const [pending, waiting] = many(2, () => ask(budgets));
  await advance(MAX_WAIT_MS);
  expect(pending!.attempt).toEqual(expect.anything());
  expect(waiting!.attempt).toEqual(expect.anything());
});

it('lets one start whose way was barred by somebody in another network of the same /48', async () => {
  const budgets = createBudgets(1);
  const asked = many(5, (network) => ask(budgets, ipv6(1, 1, network)));
  await advance(0);
  // Four may be pending in the /56.
  expect(started(asked)).toEqual(asked.slice(0, 4));
  asked[0]!.attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked);
});

it('does not take the time in which nobody waited for that of a turn', async () => {
  const budgets = createBudgets(1);
  const [one, two] = many(2, () => ask(budgets));
  await advance(10);
  one!.attempt!.giveBack();
  await advance(0);
  await advance(30_000);
  const three = ask(budgets);
  await advance(10);
  two!.attempt!.giveBack();
  await advance(0);
  expect(three.attempt).toEqual(expect.anything());
  const late = ask(budgets);
  await advance(MAX_WAIT_MS);
  expect(retryAfter(late)).toBe(1);
});

it('refuses for the window of the settings, and names the policy', async () => {
  const budgets = new FailedAttemptLimiter(
    parseEnv({ FAILED_ATTEMPTS_LIMIT: '1', RATE_LIMIT_WINDOW_SECONDS: '10' }),
    new SystemClock(),
  );
  (await budgets.admitKey(ADDRESS, always))!.fail();
  await advance(9_999);
  const [refusal] = many(1, () => ask(budgets));
  await advance(0);
  expect(refusal!.error).toMatchObject({
    headers: { 'Retry-After': '1' },
    extensions: { 'violated-policies': ['failed-keys'] },
  });
  await advance(1);
  expect((await budgets.admitKey(ADDRESS, always))!.fail()['x-ratelimit-reset']).toBe('10');
});

it('starts nothing for those who need it no more, and lets the next have their place', async () => {
  const budgets = createBudgets(1);
  let isNeeded = true;
  const asked = [ask(budgets), ask(budgets, ADDRESS, () => isNeeded), ask(budgets)];
  await advance(0);
  isNeeded = false;
  asked[0]!.attempt!.giveBack();
  await advance(0);
  expect(asked[1]!.attempt).toBeNull();
  expect(asked[2]!.attempt).toEqual(expect.anything());
});

it('lets 256 wait at one address and 1,024 in all, and answers the next at once', async () => {
  const budgets = createBudgets(1);
  const networks = (n: number) => [`203.0.113.${n}`];
  const places: Asked[][] = [];
  for (let n = 0; n < 4; n++) {
    places.push(many(1 + 256 + 3, () => ask(budgets, networks(n))));
    await advance(0);
    expect(refused(places[n]!, 'unavailable')).toEqual(places[n]!.slice(-3));
  }
  const elsewhere = many(2, () => ask(budgets, networks(9)));
  await advance(0);
  // Nobody needs to wait at an address of their own; whoever would is told so.
  expect(started(elsewhere)).toEqual([elsewhere[0]]);
  expect(refused(elsewhere, 'unavailable')).toEqual([elsewhere[1]]);
  places[0]![0]!.attempt!.giveBack();
  const next = ask(budgets, networks(9));
  await advance(0);
  expect(next.error).toBeUndefined();
});

it('gives the places of those who are gone to those who come', async () => {
  const budgets = createBudgets(1);
  let areThere = true;
  const pending = ask(budgets);
  const gone = many(256, () => ask(budgets, ADDRESS, () => areThere));
  await advance(0);
  areThere = false;
  const next = ask(budgets);
  await advance(0);
  expect(next.error).toBeUndefined();
  expect(gone.every(({ attempt }) => attempt === null)).toBe(true);
  pending.attempt!.giveBack();
  await advance(0);
  expect(next.attempt).toEqual(expect.anything());
});

it('counts the networks of a /56 and of a /48 together, and shows the limit that is reached', async () => {
  const budgets = createBudgets(5);
  const fail = async (networks: readonly string[]) => {
    const asked = ask(budgets, networks);
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

describe('the budgets of many', () => {
  const fail = async (budgets: FailedAttemptLimiter, networks: readonly string[]) =>
    (await budgets.admitKey(networks, always))!.fail()['x-ratelimit-remaining'];

  it('are 100,000 at most: then whoever failed longest ago is forgotten', async () => {
    const budgets = createBudgets(5);
    for (const address of ['first', 'second', 'first']) await fail(budgets, [address]);
    for (let i = 0; i < 99_998; i++) await fail(budgets, [`other ${i}`]);
    expect(await fail(budgets, ['first'])).toBe('2');
    await fail(budgets, ['one more']);
    expect(await fail(budgets, ['second'])).toBe('4');
  });
});

describe('with passwords', () => {
  const admit = (budgets: FailedAttemptLimiter, address: string, account: string) =>
    budgets.admitPassword([address], account, always).catch((error: AppError) => error);
  const fail = async (budgets: FailedAttemptLimiter, address: string, account: string) =>
    ((await admit(budgets, address, account)) as Attempt).fail();

  it('an account may fail five times at an address, which keeps nobody out at another one', async () => {
    const budgets = createBudgets();
    for (let i = 0; i < 5; i++) {
      const fields = await fail(budgets, '203.0.113.1', 'ada');
      expect(fields['ratelimit']).toBe(`"failed-sign-ins";r=${4 - i};t=60`);
    }
    expect(await admit(budgets, '203.0.113.1', 'ada')).toBeInstanceOf(AppError);
    expect(await admit(budgets, '203.0.113.1', 'bob')).not.toBeInstanceOf(AppError);
    expect((await fail(budgets, '203.0.113.2', 'ada'))['ratelimit']).toBe('"failed-sign-ins";r=4;t=60');
  });

  it('shows the one of its two budgets that has least left', async () => {
    const budgets = createBudgets();
    for (let i = 0; i < 17; i++) await fail(budgets, '203.0.113.1', `guess ${i}`);
    expect((await fail(budgets, '203.0.113.1', 'ada'))['ratelimit']).toBe('"failed-sign-ins";r=2;t=60');
  });

  it('tells whoever has filled both how long to wait for the one that stays full longest', async () => {
    const budgets = createBudgets();
    for (let i = 0; i < 15; i++) await fail(budgets, '203.0.113.1', `guess ${i}`);
    await advance(10_000);
    for (let i = 0; i < 5; i++) await fail(budgets, '203.0.113.1', 'ada');
    const refused = (await admit(budgets, '203.0.113.1', 'ada')) as AppError;
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"failed-sign-ins";q=5;w=60',
      'Retry-After': '60',
    });
  });

  it('counts keys and passwords apart', async () => {
    const budgets = createBudgets(1);
    await fail(budgets, '203.0.113.1', 'ada');
    expect(() => budgets.assertKeysOpen(['203.0.113.1'])).not.toThrow();
    (await budgets.admitKey(['203.0.113.1'], always))!.fail();
    expect(() => budgets.assertKeysOpen(['203.0.113.1'])).toThrow('Too many failed attempts');
    expect(() => budgets.assertKeysOpen(['203.0.113.2'])).not.toThrow();
  });
});

it('asserts without counting, and only of what has failed', async () => {
  const budgets = createBudgets(1);
  const asked = ask(budgets);
  await advance(0);
  for (let i = 0; i < 3; i++) budgets.assertKeysOpen(ADDRESS);
  asked.attempt!.fail();
  expect(() => budgets.assertKeysOpen(ADDRESS)).toThrow();
});
