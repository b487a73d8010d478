import type { RouteAccess } from '../common/access/index.js';
import {
  CROSS_SITE_REQUEST,
  FORBIDDEN,
  INTERNAL_ERROR,
  MALFORMED_JSON,
  PAYLOAD_TOO_LARGE,
  UNAVAILABLE,
  UNSUPPORTED_MEDIA_TYPE,
  type ErrorKind,
} from '../common/errors/index.js';
import { API_KEY_EXPIRED, API_KEY_REVOKED, CREDENTIAL_NOT_FOUND } from '../modules/api-keys/index.js';
import { CREDENTIALS_MISSING, PASSWORD_CHANGE_REQUIRED, SESSION_EXPIRED } from '../modules/auth/index.js';
import { RATE_LIMIT_EXCEEDED, TOO_MANY_FAILED_ATTEMPTS } from '../modules/rate-limit/index.js';
import { ACCOUNT_SUSPENDED } from '../modules/users/index.js';

const CREDENTIALS = [
  CREDENTIALS_MISSING,
  SESSION_EXPIRED,
  CREDENTIAL_NOT_FOUND,
  API_KEY_REVOKED,
  API_KEY_EXPIRED,
];

/** The errors that a route gives because of what stands before it: contract.md, sections 1, 4 and 5. */
export function commonProblems(
  access: RouteAccess,
  route: { isUnsafe: boolean; hasBody: boolean },
): ErrorKind[] {
  const isClosed = !access.isPublic;
  const refusesSomeCallers = access.roles !== null || access.methods.length === 1;
  return [
    ...(route.hasBody ? [MALFORMED_JSON, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE] : []),
    ...(isClosed ? [...CREDENTIALS, ACCOUNT_SUSPENDED] : []),
    ...(isClosed && !access.allowsTemporaryPassword ? [PASSWORD_CHANGE_REQUIRED] : []),
    ...(isClosed && refusesSomeCallers ? [FORBIDDEN] : []),
    ...(route.isUnsafe ? [CROSS_SITE_REQUEST] : []),
    ...(access.isCounted ? [RATE_LIMIT_EXCEEDED] : []),
    ...(isClosed ? [TOO_MANY_FAILED_ATTEMPTS] : []),
    ...(access.isCounted ? [UNAVAILABLE] : []),
    INTERNAL_ERROR,
  ];
}
