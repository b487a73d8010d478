import { INVALID_LENGTH, NOT_A_STRING, type FieldProblem } from '../../../common/errors/index.js';
import { countCodePoints } from '../../../common/text/code-points.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../../common/text/password-length.js';
import { PASSWORD_TOO_COMMON } from '../users.errors.js';
import { isCommonPassword } from './common-passwords.js';

/** Returns the reason why a password is invalid, or `null` if it is valid: docs/api.md, "Passwords". */
export function passwordProblem(password: unknown): FieldProblem | null {
  if (typeof password !== 'string') return NOT_A_STRING.with();
  const length = countCodePoints(password, MAX_PASSWORD_LENGTH);
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return INVALID_LENGTH.with({ min: MIN_PASSWORD_LENGTH, max: MAX_PASSWORD_LENGTH });
  if (isCommonPassword(password)) return PASSWORD_TOO_COMMON.with();
  return null;
}
