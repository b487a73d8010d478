import type { Principal } from './principal.js';
import type { Role } from './role.js';

/** The rate limits per client address that a public route can use. */
export const ADDRESS_POLICY_NAMES = ['anonymous', 'sign-in', 'sign-up'] as const;
export type AddressPolicyName = (typeof ADDRESS_POLICY_NAMES)[number];

/** Describes who may use a route. A route without an access decorator rejects every caller. */
export interface RouteAccess {
  readonly isPublic: boolean;
  /** Whether requests count toward a rate limit (docs/api.md, "Rate limits"). */
  readonly isCounted: boolean;
  /** The rate limit per client address that requests to a public route count toward. */
  readonly policy: AddressPolicyName;
  readonly methods: readonly Principal['method'][];
  readonly roles: readonly Role[] | null;
  /** Whether users with a temporary password may use the route. */
  readonly allowsTemporaryPassword: boolean;
}

/**
 * Checks whether the rule of a method admits callers that the rule of its class rejects: the public, callers with
 * another way of authenticating, or users with more roles. Returns a description of the difference, or `null` if the
 * method's rule is the same or stricter. A method may allow temporary passwords even if its class doesn't, because
 * users with a temporary password are not a separate group of callers.
 */
export function wideningOf(method: RouteAccess, ofClass: RouteAccess): string | null {
  if (ofClass.isPublic) return null;
  if (method.isPublic) return 'the method is public, the class is not';
  const addedMethods = method.methods.filter((name) => !ofClass.methods.includes(name));
  if (addedMethods.length > 0) return `the class does not allow ${addedMethods.join(' or ')}`;
  const { roles } = ofClass;
  if (roles === null || method.roles?.every((role) => roles.includes(role))) return null;
  return `the class requires the role ${roles.join(' or ')}`;
}
