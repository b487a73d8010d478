import { ErrorKind, FORBIDDEN } from '../../common/errors/index.js';

export const USER_NOT_FOUND = new ErrorKind(404, 'user_not_found', 'There is no such user.');
export const EMAIL_TAKEN = new ErrorKind(409, 'email_taken', 'Somebody already has this email address.');
export const LAST_ADMIN = new ErrorKind(
  409,
  'last_admin',
  'The last active admin can be neither demoted nor suspended. Make somebody else an admin first.',
);
/** For callers with a key, whatever its owner's role. */
export const forbiddenToMakeAdmins = () =>
  FORBIDDEN.create({
    detail:
      "An API key can't create an admin or make a user an admin: that admin could still sign in after the key " +
      'is revoked. Sign in and try again.',
  });
export const ACCOUNT_SUSPENDED = new ErrorKind(
  403,
  'account_suspended',
  'This account is suspended. An admin can reactivate it.',
);
