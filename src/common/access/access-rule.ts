import type { Principal } from './principal.js';
import type { Role } from './role.js';

/** The names of the rate limits per client address. A public route uses one of them. */
export const ADDRESS_POLICY_NAMES = ['anonymous', 'sign-in', 'sign-up'] as const;
export type AddressPolicyName = (typeof ADDRESS_POLICY_NAMES)[number];

/** The access rule of a route, which determines who may use the route. A route without a rule rejects every caller. */
export interface RouteAccess {
  readonly isPublic: boolean;
  /** Whether requests count toward a rate limit (docs/api.md, "Rate limits"). */
  readonly isCounted: boolean;
  /** The rate limit for requests without a valid credential. It counts requests per client address. */
  readonly policy: AddressPolicyName;
  readonly methods: readonly Principal['method'][];
  readonly roles: readonly Role[] | null;
  /** Whether users with a temporary password may use the route. */
  readonly allowsTemporaryPassword: boolean;
}

/**
 * Compares the access rule of a controller method with the rule of its class. If the method admits callers that the
 * class rejects (the public, callers with another way of authenticating, or users with more roles), returns a
 * description of the difference. Otherwise returns `null`. A method may allow temporary passwords even if its class
 * doesn't, because users with a temporary password are not a separate group of callers.
 */
export function describeWidening(method: RouteAccess, ofClass: RouteAccess): string | null {
  if (ofClass.isPublic) return null;
  if (method.isPublic) return 'the method is public, but the class is not';
  const addedMethods = method.methods.filter((name) => !ofClass.methods.includes(name));
  if (addedMethods.length > 0) return `the class does not allow ${addedMethods.join(' or ')}`;
  const { roles } = ofClass;
  if (roles === null || method.roles?.every((role) => roles.includes(role))) return null;
  return `the class requires the role ${roles.join(' or ')}`;
}
