import type { Role } from '../../common/access/index.js';
import { ErrorKind, FORBIDDEN } from '../../common/errors/index.js';

export const CREDENTIALS_MISSING = new ErrorKind(
  401,
  'credentials_missing',
  'Send an API key in the X-API-Key field, or sign in.',
);
export const SESSION_EXPIRED = new ErrorKind(401, 'session_expired', 'The session has ended. Sign in again.');
export const SIGN_IN_FAILED = new ErrorKind(
  401,
  'sign_in_failed',
  'The email address or the password is wrong.',
);
/** Only for who knows the password. */
export const TEMPORARY_PASSWORD_ENDED = new ErrorKind(
  401,
  'sign_in_failed',
  'This temporary password has ended, because it was not changed within 72 hours. Ask an admin for a new one.',
);
export const PASSWORD_CHANGE_REQUIRED = new ErrorKind(
  403,
  'password_change_required',
  'The password is temporary. Change it first: POST /api/v1/me/password.',
);
/** For callers who have none of the roles. */
export const forbiddenWithout = (roles: readonly Role[]) =>
  FORBIDDEN.create({ detail: `Only users with the role ${roles.join(' or ')} may do this.` });
export const REGISTRATION_CLOSED = new ErrorKind(
  403,
  'registration_closed',
  'Accounts are made by admins here. Ask one of them.',
);
