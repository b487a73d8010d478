import type { RateLimitState } from '../../common/access/index.js';
import type { Policy } from './policies.js';
import type { WindowRecord } from './windows/sliding-window.js';

/** What the body of `GET /me` and the response fields say about a budget. */
export const toRateLimitState = (policy: Policy, record: WindowRecord): RateLimitState => ({
  policy: policy.name,
  limit: policy.limit,
  remaining: Math.max(0, policy.limit - record.totalHits),
  // A refused caller is told when a call succeeds, which after a demotion is later than the first departure.
  resetSeconds: record.isBlocked ? record.timeToBlockExpire : record.timeToExpire,
});

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-10, and those that today's clients know. In lower case, as
 * Fastify sends them anyway: making them so costs a tenth of a microsecond for each name and call.
 */
export const rateLimitHeaders = ({ shown }: Policy, state: RateLimitState): Record<string, string> => ({
  'ratelimit-policy': shown,
  ratelimit: `"${state.policy}";r=${state.remaining};t=${state.resetSeconds}`,
  'x-ratelimit-limit': String(state.limit),
  'x-ratelimit-remaining': String(state.remaining),
  'x-ratelimit-reset': String(state.resetSeconds),
});
