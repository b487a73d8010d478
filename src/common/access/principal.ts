import type { Role } from './role.js';

interface PrincipalBase {
  readonly userId: string;
  readonly role: Role;
  /**
   * The roles that the route requires. They are checked again when the request writes to the database. `null` means
   * that every role is allowed.
   */
  readonly neededRoles: readonly Role[] | null;
}

/** A user who signed in with a browser. */
export interface SessionPrincipal extends PrincipalBase {
  readonly method: 'session';
  readonly sessionId: string;
  /** Whether the user still has to change a generated password. */
  readonly hasTemporaryPassword: boolean;
}

/** A program that sends a key. It acts as the key's owner. */
export interface ApiKeyPrincipal extends PrincipalBase {
  readonly method: 'api_key';
  readonly apiKey: { readonly id: string; readonly name: string };
}

/** The caller of a request, with the current permissions of the user. It is passed as a parameter and never stored. */
export type Principal = SessionPrincipal | ApiKeyPrincipal;
