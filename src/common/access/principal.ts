import type { Role } from './role.js';

interface PrincipalBase {
  readonly userId: string;
  readonly role: Role;
  /** The route's roles, which are checked again when the request writes; `null` when any role will do. */
  readonly neededRoles: readonly Role[] | null;
}

/** A user who signed in with a browser. */
export interface SessionPrincipal extends PrincipalBase {
  readonly method: 'session';
  readonly sessionId: string;
  /** True until the user changes a generated password. */
  readonly hasTemporaryPassword: boolean;
}

/** A program that sends a key. It acts as the key's owner. */
export interface ApiKeyPrincipal extends PrincipalBase {
  readonly method: 'api_key';
  readonly apiKey: { readonly id: string; readonly name: string };
}

/** Who makes the request, with the rights the user has now. Passed as a parameter, never stored. */
export type Principal = SessionPrincipal | ApiKeyPrincipal;
