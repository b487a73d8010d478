import {
  ADDRESS_POLICIES,
  ROLES,
  type AddressPolicyName,
  type AuthOutcome,
  type Role,
} from '../../common/access/index.js';
import type { ThrottlerOptions } from '@nestjs/throttler';
import type { Settings } from '../../settings/index.js';

/** The policies that requests count in: docs/api.md, "Rate limits". */
export type PolicyName = Role | 'session' | AddressPolicyName | 'inactive-key';
export type FailurePolicyName = 'failed-keys' | 'failed-sign-ins';

/** A budget: how many requests of a kind are accepted in a window. */
export interface Policy {
  /** One of the names above, or a route's own from `@Throttle()`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /** Policies with one prefix share a budget: a user's role may change, what was counted stays. */
  readonly keyPrefix: string;
  /** The value of `RateLimit-Policy`. */
  readonly shown: string;
}

/** Those that count for a user or a key, which exist; the others count for whatever address a request comes from. */
const USER_POLICIES: ReadonlySet<string> = new Set([
  ...ROLES,
  'session',
  'inactive-key',
] satisfies PolicyName[]);

export const isUserPolicy = (name: string): boolean => USER_POLICIES.has(name);

/** Names that `@Throttle()` may not give to a route's window. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...USER_POLICIES,
  ...ADDRESS_POLICIES,
  ...(['failed-keys', 'failed-sign-ins'] satisfies FailurePolicyName[]),
]);

/** The policy that a request counts in. @param ofAddress the policy of the route for requests without a credential. */
export function policyNameOf(auth: AuthOutcome, ofAddress: AddressPolicyName): PolicyName {
  const { principal, userId, apiKeyId } = auth;
  if (principal?.method === 'api_key') return principal.role;
  if (apiKeyId !== null) return 'inactive-key';
  return userId === null ? ofAddress : 'session';
}

/** What the /64, /56 and /48 of an IPv6 address may fail, as multiples of the limit of one address. */
const WIDER_LIMITS = [1, 4, 16] as const;
const INACTIVE_KEY_LIMIT = 60;
const SIGN_IN_LIMIT = 60;
const SIGN_UP_LIMIT = 10;
const SIGN_UP_WINDOW_SECONDS = 60 * 60;
const FAILED_SIGN_INS_PER_ACCOUNT = 5;

export function policiesOf(settings: Settings) {
  const seconds = settings.rateLimitWindowSeconds;
  return {
    requests: {
      standard: requestPolicy('standard', settings.rateLimitStandard, seconds),
      premium: requestPolicy('premium', settings.rateLimitPremium, seconds),
      admin: requestPolicy('admin', settings.rateLimitAdmin, seconds),
      session: requestPolicy('session', settings.rateLimitSession, seconds),
      anonymous: requestPolicy('anonymous', settings.rateLimitAnonymous, seconds),
      'sign-in': requestPolicy('sign-in', SIGN_IN_LIMIT, seconds),
      'sign-up': requestPolicy('sign-up', SIGN_UP_LIMIT, SIGN_UP_WINDOW_SECONDS),
      'inactive-key': requestPolicy('inactive-key', INACTIVE_KEY_LIMIT, seconds),
    } satisfies Record<PolicyName, Policy>,
    failedKeys: policy('failed-keys', settings.failedAttemptsLimit, seconds),
    failedSignIns: policy('failed-sign-ins', settings.failedAttemptsLimit, seconds),
    failedSignInsPerAccount: policy(
      'failed-sign-ins',
      FAILED_SIGN_INS_PER_ACCOUNT,
      seconds,
      'failed-sign-ins-account',
    ),
  };
}

/** All roles share one budget, so that a new role forgets nothing that was counted. */
export const requestPolicy = (name: string, limit: number, windowSeconds: number): Policy =>
  policy(name, limit, windowSeconds, isRole(name) ? 'keys' : name);

/** The policy as `@nestjs/throttler` is given it. */
export const toThrottler = ({ name, limit, windowSeconds }: Policy): ThrottlerOptions => ({
  name,
  limit,
  ttl: windowSeconds * 1_000,
});

/** The policy that the module's options configure. */
export function toPolicy({ name = 'default', limit, ttl }: ThrottlerOptions): Policy {
  if (typeof limit !== 'number' || typeof ttl !== 'number')
    throw new Error(`The throttler "${name}" needs numbers for limit and ttl.`);
  return requestPolicy(name, limit, ttl / 1_000);
}

/** A route's own policy. @param route tells its windows from those of other routes with the same name. */
export const routePolicy = (route: string, name: string, limit: number, windowSeconds: number): Policy =>
  policy(name, limit, windowSeconds, `route:${route}:${name}`);

/** The policy for each network of an address, narrowest first: the wider, the more may fail. */
export const policiesPerNetwork = ({ name, limit, windowSeconds, keyPrefix }: Policy): readonly Policy[] =>
  WIDER_LIMITS.map((times) => policy(name, limit * times, windowSeconds, keyPrefix));

function policy(name: string, limit: number, windowSeconds: number, keyPrefix = name): Policy {
  return { name, limit, windowSeconds, keyPrefix, shown: `"${name}";q=${limit};w=${windowSeconds}` };
}

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);
