import type { RateLimitState } from '../../common/access/index.js';
import type { Policy } from './policies.js';
import type { WindowRecord } from './windows/sliding-window.js';

/** A budget and the state of its window after a request. */
export interface CountedBudget {
  readonly budget: { readonly policy: Policy; readonly key: string };
  readonly record: WindowRecord;
}

/** Converts a window's state to the values that `GET /me` and the response headers show. */
export const toRateLimitState = (policy: Policy, record: WindowRecord): RateLimitState => ({
  policy: policy.name,
  limit: policy.limit,
  remaining: Math.max(0, policy.limit - record.totalHits),
  // A denied client must wait until its next request can be accepted. If the user's role was changed to one with a
  // lower limit, several requests must leave the window first.
  resetSeconds: record.isBlocked ? record.timeToBlockExpire : record.timeToExpire,
});

export const rateLimitStateOf = ({ budget, record }: CountedBudget): RateLimitState =>
  toRateLimitState(budget.policy, record);

const shown = ({ policy, remaining, resetSeconds }: RateLimitState): string =>
  `"${policy}";r=${remaining};t=${resetSeconds}`;

/**
 * Returns the headers of draft-ietf-httpapi-ratelimit-headers-10 and the older `X-RateLimit-*` headers. The names are
 * in lower case, because Fastify would otherwise convert them, at a cost of 0.1 microseconds for each name and request.
 */
export const rateLimitHeaders = (policy: Policy, state: RateLimitState): Record<string, string> => ({
  'ratelimit-policy': policy.shown,
  ratelimit: shown(state),
  'x-ratelimit-limit': String(state.limit),
  'x-ratelimit-remaining': String(state.remaining),
  'x-ratelimit-reset': String(state.resetSeconds),
});

/**
 * Returns the headers of `rateLimitHeaders` for several budgets. The `X-RateLimit-*` headers can describe only one
 * budget, so they describe the one with the fewest requests left.
 */
export function rateLimitListHeaders(counted: readonly CountedBudget[]): Record<string, string> {
  const least = counted.reduce((one, other) =>
    isTighter(rateLimitStateOf(other), rateLimitStateOf(one)) ? other : one,
  );
  return {
    ...rateLimitHeaders(least.budget.policy, rateLimitStateOf(least)),
    'ratelimit-policy': counted.map(({ budget }) => budget.policy.shown).join(', '),
    ratelimit: counted.map((each) => shown(rateLimitStateOf(each))).join(', '),
  };
}

/** Returns the header that tells a denied client how many seconds to wait. */
export const retryAfterHeader = (seconds: number): Record<string, string> => ({
  'Retry-After': String(seconds),
});

const isTighter = (one: RateLimitState, other: RateLimitState): boolean =>
  one.remaining < other.remaining ||
  (one.remaining === other.remaining && one.resetSeconds > other.resetSeconds);
