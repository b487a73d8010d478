import type { RouteAccess } from '../common/access/index.js';
import {
  CROSS_SITE_REQUEST,
  FORBIDDEN,
  INTERNAL_ERROR,
  MALFORMED_JSON,
  MALFORMED_REQUEST,
  PAYLOAD_TOO_LARGE,
  UNAVAILABLE,
  UNSUPPORTED_MEDIA_TYPE,
  VALIDATION_FAILED,
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
const BODY = [MALFORMED_JSON, VALIDATION_FAILED, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE];

/** Returns the errors that every route with this access rule can return, regardless of its handler. */
export function commonProblems(access: RouteAccess, { isUnsafe }: { isUnsafe: boolean }): ErrorKind[] {
  const requiresCredentials = !access.isPublic;
  const deniesSomeCallers = access.roles !== null || access.methods.length === 1;
  return [
    MALFORMED_REQUEST,
    // Routes without a body still reject an invalid body and a body with fields.
    ...(isUnsafe ? BODY : []),
    ...(requiresCredentials ? [...CREDENTIALS, ACCOUNT_SUSPENDED] : []),
    ...(requiresCredentials && !access.allowsTemporaryPassword ? [PASSWORD_CHANGE_REQUIRED] : []),
    ...(requiresCredentials && deniesSomeCallers ? [FORBIDDEN] : []),
    ...(isUnsafe ? [CROSS_SITE_REQUEST] : []),
    ...(access.isCounted ? [RATE_LIMIT_EXCEEDED] : []),
    ...(requiresCredentials ? [TOO_MANY_FAILED_ATTEMPTS] : []),
    ...(access.isCounted ? [UNAVAILABLE] : []),
    INTERNAL_ERROR,
  ];
}

const BEFORE_LIMITER = new Set(
  [MALFORMED_REQUEST, MALFORMED_JSON, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, CROSS_SITE_REQUEST].map(
    ({ code }) => code,
  ),
);

/**
 * Returns whether the error occurs before the rate limiter counts the request, for example in a body parser or in the
 * cross-site guard.
 */
export const isBeforeLimiter = ({ code }: Pick<ErrorKind, 'code'>): boolean => BEFORE_LIMITER.has(code);

/** The names of the most common error responses. The names of other responses come from their error codes. */
export const COMMON_RESPONSES: Readonly<Record<string, readonly ErrorKind[]>> = {
  BadRequest: [MALFORMED_REQUEST, MALFORMED_JSON, VALIDATION_FAILED],
  Unauthorized: CREDENTIALS,
  Forbidden: [ACCOUNT_SUSPENDED, PASSWORD_CHANGE_REQUIRED, FORBIDDEN, CROSS_SITE_REQUEST],
  TooManyRequests: [RATE_LIMIT_EXCEEDED, TOO_MANY_FAILED_ATTEMPTS],
};
