import { parseEnv } from '../../settings/index.js';
import { failedAttemptPoliciesOf } from './failed-attempts/failed-attempt-policies.js';
import { requestPoliciesOf } from './policies.js';
import { rateLimitHeaders, toRateLimitState } from './rate-limit.headers.js';

const settings = parseEnv({
  RATE_LIMIT_WINDOW_SECONDS: '30',
  RATE_LIMIT_PREMIUM: '7',
  FAILED_ATTEMPTS_LIMIT: '9',
});
const requests = requestPoliciesOf(settings);
const failed = failedAttemptPoliciesOf(settings);

it('say in one line what they are', () =>
  expect(requests.premium).toEqual({
    name: 'premium',
    limit: 7,
    windowSeconds: 30,
    keyPrefix: 'keys',
    shown: '"premium";q=7;w=30',
  }));

it('share a budget over all roles, and no other one', () => {
  const prefixes = [...Object.values(requests), ...Object.values(failed).map(([first]) => first!)].map(
    ({ keyPrefix }) => keyPrefix,
  );
  expect(prefixes).toEqual([
    ...['keys', 'keys', 'keys', 'session', 'anonymous', 'sign-in', 'sign-up', 'inactive-key'],
    ...['failed-keys', 'failed-sign-ins', 'failed-sign-ins-account'],
  ]);
});

it('have the limits of the settings, and those that nobody sets', () => {
  expect(Object.values(failed).map(([first]) => first!.limit)).toEqual([9, 9, 5]);
  expect(requests['inactive-key'].limit).toBe(60);
});

it('let the wider networks fail 4 and 16 times as often', () => {
  expect(failed.keys.map(({ limit, shown }) => [limit, shown])).toEqual([
    [9, '"failed-keys";q=9;w=30'],
    [36, '"failed-keys";q=36;w=30'],
    [144, '"failed-keys";q=144;w=30'],
  ]);
});

describe('what an answer says of a budget', () => {
  const record = { totalHits: 3, timeToExpire: 10, isBlocked: false, timeToBlockExpire: 20 };

  it('is when the oldest call leaves, while calls are accepted', () =>
    expect(toRateLimitState(requests.premium, record)).toEqual({
      policy: 'premium',
      limit: 7,
      remaining: 4,
      resetSeconds: 10,
    }));

  it('is when a call is accepted again, once they are refused', () =>
    expect(toRateLimitState(requests.premium, { ...record, totalHits: 9, isBlocked: true })).toEqual({
      policy: 'premium',
      limit: 7,
      remaining: 0,
      resetSeconds: 20,
    }));

  it('stands in the fields of the draft, and in those that clients know', () =>
    expect(
      rateLimitHeaders(requests.premium, { policy: 'premium', limit: 7, remaining: 4, resetSeconds: 10 }),
    ).toEqual({
      'ratelimit-policy': '"premium";q=7;w=30',
      ratelimit: '"premium";r=4;t=10',
      'x-ratelimit-limit': '7',
      'x-ratelimit-remaining': '4',
      'x-ratelimit-reset': '10',
    }));
});
