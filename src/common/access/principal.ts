import type { AppError } from '../errors/app-error.js';
import type { Role } from './role.js';

interface PrincipalBase {
  readonly userId: string;
  readonly role: Role;
  /** The roles of which the route asks for one, to be asked for again when it writes; `null` when any will do. */
  readonly neededRoles: readonly Role[] | null;
}

/** Somebody who signed in with a browser. */
export interface SessionPrincipal extends PrincipalBase {
  readonly method: 'session';
  readonly sessionId: string;
  /** True until a password that the service made up is changed. */
  readonly hasTemporaryPassword: boolean;
}

/** A program that calls with a key: it acts as the key's owner. */
export interface ApiKeyPrincipal extends PrincipalBase {
  readonly method: 'api_key';
  readonly apiKey: { readonly id: string; readonly name: string };
}

/** Whoever makes the call, with the rights the user has now. Handed on as a parameter, never kept. */
export type Principal = SessionPrincipal | ApiKeyPrincipal;

/** The budgets of an address: what needs no caller counts in one of them. */
export const ADDRESS_POLICIES = ['anonymous', 'sign-in', 'sign-up'] as const;
export type AddressPolicyName = (typeof ADDRESS_POLICIES)[number];

/** The names of the request budgets: see Limits in the README. */
export type PolicyName = Role | 'session' | AddressPolicyName | 'dead-key';

/**
 * What authentication found out about a call, for the guards that come after it.
 * The limiter counts the call first and the access guard refuses it then,
 * so that refused calls are limited too.
 */
export interface AuthOutcome {
  /** The budget in which the call counts, and whose: a user's, a key's or an address's. */
  readonly countsIn: { readonly policy: PolicyName; readonly subject: string };
  readonly principal: Principal | null;
  /** The genuine key behind the call, dead or alive; `null` without one. */
  readonly apiKeyId: string | null;
  /** Why the call will be refused once it is counted. */
  readonly refusal: AppError | null;
}
