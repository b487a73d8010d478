import type { Role } from '../../common/access/index.js';
import { ErrorKind, FORBIDDEN } from '../../common/errors/index.js';

export const CREDENTIALS_MISSING = new ErrorKind(
  401,
  'credentials_missing',
  'Send an API key in the X-API-Key header, or sign in.',
);
export const SESSION_EXPIRED = new ErrorKind(
  401,
  'session_expired',
  'Your session has ended. Sign in again.',
);
export const SIGN_IN_FAILED = new ErrorKind(
  401,
  'sign_in_failed',
  'The email address or password is incorrect.',
);
/** This error is only for clients that know the password, because it reveals that the account exists. */
export const TEMPORARY_PASSWORD_ENDED = new ErrorKind(
  401,
  'sign_in_failed',
  'This temporary password has expired because it was not changed within 72 hours. Ask an administrator for a new one.',
);
export const PASSWORD_CHANGE_REQUIRED = new ErrorKind(
  403,
  'password_change_required',
  'Your password is temporary. Change it with POST /api/v1/me/password to continue.',
);
/** Creates the error for callers who have none of these roles. */
export const forbiddenWithoutRole = (roles: readonly Role[]) =>
  FORBIDDEN.create({ detail: `This request requires the ${roles.join(' or ')} role.` });
export const REGISTRATION_CLOSED = new ErrorKind(
  403,
  'registration_closed',
  'Sign-up is closed. Ask an administrator to create an account for you.',
);
