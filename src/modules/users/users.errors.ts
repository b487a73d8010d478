import { ErrorKind, FieldErrorKind, FORBIDDEN } from '../../common/errors/index.js';

export const USER_NOT_FOUND = new ErrorKind(404, 'user_not_found', 'User not found');
export const EMAIL_TAKEN = new ErrorKind(
  409,
  'email_taken',
  'An account with this email address already exists.',
);
export const LAST_ADMIN = new ErrorKind(
  409,
  'last_admin',
  "The last active admin can't be demoted or suspended. Make another user an admin first.",
);
/**
 * The error for a request with an API key that would create an admin or give a user the admin role. Even the API key of
 * an admin gets this error.
 */
export const forbiddenToMakeAdmins = () =>
  FORBIDDEN.create({
    detail: "An API key can't create an admin or give a user the admin role. Sign in and try again.",
  });
export const ACCOUNT_SUSPENDED = new ErrorKind(
  403,
  'account_suspended',
  'This account is suspended. Contact an administrator.',
);

export const PASSWORD_TOO_COMMON = new FieldErrorKind('common_password', 'is too common');
export const PASSWORD_TOO_WEAK = new FieldErrorKind('weak_password', 'is too easy to guess');
export const WRONG_PASSWORD = new FieldErrorKind('wrong_password', 'is incorrect');
export const SAME_PASSWORD = new FieldErrorKind(
  'same_password',
  'must be different from the current password',
);
