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

/** A user who signed in with an email address and a password in a browser. */
export interface SessionPrincipal extends PrincipalBase {
  readonly method: 'session';
  readonly sessionId: string;
  /** Whether the user still has to replace a generated password with one of their own. */
  readonly hasTemporaryPassword: boolean;
}

/** A program that sends an API key. It acts on behalf of the key's owner. */
export interface ApiKeyPrincipal extends PrincipalBase {
  readonly method: 'api_key';
  readonly apiKey: { readonly id: string; readonly name: string };
}

/**
 * The authenticated caller of a request, with the user's current permissions. It is passed as a parameter and never
 * stored.
 */
export type Principal = SessionPrincipal | ApiKeyPrincipal;
