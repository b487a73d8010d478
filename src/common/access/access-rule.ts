import type { Principal } from './principal.js';
import type { Role } from './role.js';

/** The budgets of an address that a public route can count in. */
export const ADDRESS_POLICIES = ['anonymous', 'sign-in', 'sign-up'] as const;
export type AddressPolicyName = (typeof ADDRESS_POLICIES)[number];

/** Who may use a route. A route without an access decorator is closed to everybody. */
export interface RouteAccess {
  readonly isPublic: boolean;
  /** Whether requests count in a budget: docs/api.md, "Rate limits". */
  readonly isCounted: boolean;
  /** The address's budget that requests to a public route count in. */
  readonly policy: AddressPolicyName;
  readonly methods: readonly Principal['method'][];
  readonly roles: readonly Role[] | null;
  /** Whether a user with a temporary password gets in. */
  readonly allowsTemporaryPassword: boolean;
}

/**
 * How a method's rule opens what its class's rule closes: to the public, to another way of authenticating, or to
 * more roles. `null` when the method narrows the class's rule or repeats it. A temporary password is no group of
 * callers, so a method may allow it where its class does not.
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
