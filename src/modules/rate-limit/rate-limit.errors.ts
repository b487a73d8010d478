import { ErrorKind } from '../../common/errors/index.js';
import { retryAfterHeader } from './rate-limit.headers.js';

// These problem types and titles are registered by draft-ietf-httpapi-ratelimit-headers-10.
export const RATE_LIMIT_EXCEEDED = new ErrorKind(
  429,
  'rate_limit_exceeded',
  'Too many requests. Wait the number of seconds given in the Retry-After header, then send requests more slowly.',
  {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
  },
);
export const TOO_MANY_FAILED_ATTEMPTS = new ErrorKind(
  429,
  'too_many_failed_attempts',
  'Too many failed attempts. Check your API key or password, and wait the number of seconds given in the Retry-After header.',
  {
    type: 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected',
    title: 'Request not satisfied due to detection of abnormal request pattern',
  },
);

/** The policies for which a higher role has a higher limit. */
const ROLE_POLICIES: readonly string[] = ['standard', 'premium'];

/**
 * @param violatedPolicies the names of the policies whose limits are exceeded.
 * @param seconds how many seconds the client must wait.
 */
export const rateLimitExceeded = (violatedPolicies: readonly string[], seconds: number) =>
  RATE_LIMIT_EXCEEDED.create({
    detail: violatedPolicies.some((name) => ROLE_POLICIES.includes(name))
      ? `${RATE_LIMIT_EXCEEDED.detail} If you need a higher limit, ask an administrator for a role with a higher limit.`
      : RATE_LIMIT_EXCEEDED.detail,
    headers: retryAfterHeader(seconds),
    extensions: { 'violated-policies': violatedPolicies },
  });
