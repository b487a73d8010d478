import type { RateLimitState } from '../../common/access/index.js';
import type { Policy } from './policies.js';
import type { WindowRecord } from './windows/sliding-window.js';

/** A budget, and what its window holds after a request. */
export interface Counted {
  readonly budget: { readonly policy: Policy; readonly key: string };
  readonly record: WindowRecord;
}

/** What the body of `GET /me` and the response headers say about a budget. */
export const toRateLimitState = (policy: Policy, record: WindowRecord): RateLimitState => ({
  policy: policy.name,
  limit: policy.limit,
  remaining: Math.max(0, policy.limit - record.totalHits),
  // A denied caller is told when a request succeeds, which after a demotion is later than the first departure.
  resetSeconds: record.isBlocked ? record.timeToBlockExpire : record.timeToExpire,
});

export const stateOf = ({ budget, record }: Counted): RateLimitState =>
  toRateLimitState(budget.policy, record);

const shown = ({ policy, remaining, resetSeconds }: RateLimitState): string =>
  `"${policy}";r=${remaining};t=${resetSeconds}`;

/**
 * The headers of draft-ietf-httpapi-ratelimit-headers-10, and those that today's clients know. In lower case, as
 * Fastify sends them anyway: converting them costs a tenth of a microsecond for each name and request.
 */
export const rateLimitHeaders = (policy: Policy, state: RateLimitState): Record<string, string> => ({
  'ratelimit-policy': policy.shown,
  ratelimit: shown(state),
  'x-ratelimit-limit': String(state.limit),
  'x-ratelimit-remaining': String(state.remaining),
  'x-ratelimit-reset': String(state.resetSeconds),
});

/** The same headers for several budgets. `X-RateLimit-*` can only tell one: the one with least left. */
export function rateLimitListHeaders(counted: readonly Counted[]): Record<string, string> {
  const least = counted.reduce((one, other) => (isTighter(stateOf(other), stateOf(one)) ? other : one));
  return {
    ...rateLimitHeaders(least.budget.policy, stateOf(least)),
    'ratelimit-policy': counted.map(({ budget }) => budget.policy.shown).join(', '),
    ratelimit: counted.map((each) => shown(stateOf(each))).join(', '),
  };
}

const isTighter = (one: RateLimitState, other: RateLimitState): boolean =>
  one.remaining < other.remaining ||
  (one.remaining === other.remaining && one.resetSeconds > other.resetSeconds);
