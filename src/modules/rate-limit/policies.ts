import { ADDRESS_POLICY_NAMES, ROLES, type AddressPolicyName, type Role } from '../../common/access/index.js';
import type { ThrottlerOptions } from '@nestjs/throttler';
import type { Settings } from '../../settings/index.js';

/** The names of the rate-limit policies for requests. They are described in docs/api.md, "Rate limits". */
export type PolicyName = Role | 'session' | AddressPolicyName | 'inactive-key';
export type FailurePolicyName = 'failed-keys' | 'failed-sign-ins';

/** A rate limit: the maximum number of accepted requests, or of failed attempts, in a window. */
export interface Policy {
  /** A `PolicyName`, a `FailurePolicyName`, or the name of a route's own window from `@Throttle()`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /**
   * The prefix of the keys under which requests are counted. Policies with the same prefix share their counts, so that
   * a change of a user's role doesn't reset the user's count.
   */
  readonly keyPrefix: string;
  /** The policy's entry in the `RateLimit-Policy` header. */
  readonly shown: string;
}

/** The policies that count requests by user or by API key. The other policies count by client address. */
const USER_POLICIES: ReadonlySet<string> = new Set([
  ...ROLES,
  'session',
  'inactive-key',
] satisfies PolicyName[]);

export const isUserPolicy = (name: string): boolean => USER_POLICIES.has(name);

/** The names of the service's own policies. A route can't use them in `@Throttle()`. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...USER_POLICIES,
  ...ADDRESS_POLICY_NAMES,
  ...(['failed-keys', 'failed-sign-ins'] satisfies FailurePolicyName[]),
]);

const INACTIVE_KEY_LIMIT = 60;
const SIGN_IN_LIMIT = 60;
const SIGN_UP_LIMIT = 10;
const SIGN_UP_WINDOW_SECONDS = 60 * 60;

/** Returns the policies for requests, keyed by name. */
export function requestPoliciesOf(settings: Settings): Record<PolicyName, Policy> {
  const seconds = settings.rateLimitWindowSeconds;
  return {
    standard: requestPolicy('standard', settings.rateLimitStandard, seconds),
    premium: requestPolicy('premium', settings.rateLimitPremium, seconds),
    admin: requestPolicy('admin', settings.rateLimitAdmin, seconds),
    session: requestPolicy('session', settings.rateLimitSession, seconds),
    anonymous: requestPolicy('anonymous', settings.rateLimitAnonymous, seconds),
    'sign-in': requestPolicy('sign-in', SIGN_IN_LIMIT, seconds),
    'sign-up': requestPolicy('sign-up', SIGN_UP_LIMIT, SIGN_UP_WINDOW_SECONDS),
    'inactive-key': requestPolicy('inactive-key', INACTIVE_KEY_LIMIT, seconds),
  };
}

/** Creates a policy for requests. All roles share a key prefix, so that a new role doesn't reset a user's count. */
export const requestPolicy = (name: string, limit: number, windowSeconds: number): Policy =>
  createPolicy(name, limit, windowSeconds, isRole(name) ? 'keys' : name);

/** Returns the key of the window that counts the requests of one subject, for example of one user. */
export const windowKeyOf = ({ keyPrefix }: Policy, subject: string): string => `${keyPrefix}:${subject}`;

/** Converts a policy to options of `@nestjs/throttler`. */
export const toThrottler = ({ name, limit, windowSeconds }: Policy): ThrottlerOptions => ({
  name,
  limit,
  ttl: windowSeconds * 1_000,
});

/** Converts options of `@nestjs/throttler` to a policy. */
export function toPolicy({ name = 'default', limit, ttl }: ThrottlerOptions): Policy {
  if (typeof limit !== 'number' || typeof ttl !== 'number')
    throw new Error(`The throttler "${name}" must have numbers for limit and ttl.`);
  return requestPolicy(name, limit, ttl / 1_000);
}

/**
 * Creates the policy for a route's own window.
 * @param route the name of the route. Each route counts separately, even if several routes use the same window name.
 */
export const routePolicy = (route: string, name: string, limit: number, windowSeconds: number): Policy =>
  createPolicy(name, limit, windowSeconds, `route:${route}:${name}`);

export function createPolicy(name: string, limit: number, windowSeconds: number, keyPrefix = name): Policy {
  return { name, limit, windowSeconds, keyPrefix, shown: `"${name}";q=${limit};w=${windowSeconds}` };
}

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);
