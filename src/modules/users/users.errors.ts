import { ErrorKind, FieldErrorKind, FORBIDDEN } from '../../common/errors/index.js';

export const USER_NOT_FOUND = new ErrorKind(404, 'user_not_found', 'User not found');
export const EMAIL_TAKEN = new ErrorKind(409, 'email_taken', 'Another user has this email address.');
export const LAST_ADMIN = new ErrorKind(
  409,
  'last_admin',
  "The last active admin can't be demoted or suspended. Make another user an admin first.",
);
/** For callers with a key, whatever its owner's role. */
export const forbiddenToMakeAdmins = () =>
  FORBIDDEN.create({
    detail:
      "An API key can't create an admin or make a user an admin, because that admin could sign in after the key " +
      'is revoked. Sign in and try again.',
  });
export const ACCOUNT_SUSPENDED = new ErrorKind(
  403,
  'account_suspended',
  'This account is suspended. An admin can reactivate it.',
);

export const COMMON_PASSWORD = new FieldErrorKind('common_password', 'is one of the most common passwords');
export const WEAK_PASSWORD = new FieldErrorKind('weak_password', 'is too easy to guess');
export const WRONG_PASSWORD = new FieldErrorKind('wrong_password', 'is incorrect');
export const SAME_PASSWORD = new FieldErrorKind('same_password', 'must differ from the current password');
