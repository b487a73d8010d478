import { ErrorKind, type AppError } from './app-error.js';
import type { FieldError } from './field-error.js';

export const VALIDATION_FAILED = new ErrorKind(400, 'validation_failed', 'Some fields are invalid.');
export const MALFORMED_JSON = new ErrorKind(400, 'malformed_json', 'The request body is not valid JSON.');
export const MALFORMED_REQUEST = new ErrorKind(400, 'malformed_request', 'The request is invalid.');
export const HEADERS_TOO_LARGE = new ErrorKind(
  431,
  'malformed_request',
  'The request headers are too large.',
);
export const FORBIDDEN = new ErrorKind(403, 'forbidden', "You don't have permission to do this.");
export const CROSS_SITE_REQUEST = new ErrorKind(
  403,
  'cross_site_request',
  'This request came from another site. Requests from other sites must use an API key instead of a session.',
);
export const NOT_FOUND = new ErrorKind(404, 'not_found', 'This path does not exist.');
export const METHOD_NOT_ALLOWED = new ErrorKind(
  405,
  'method_not_allowed',
  'This path does not support this HTTP method.',
);
export const PAYLOAD_TOO_LARGE = new ErrorKind(
  413,
  'payload_too_large',
  'The request body is larger than 100 KiB.',
);
export const UNSUPPORTED_MEDIA_TYPE = new ErrorKind(
  415,
  'unsupported_media_type',
  'Send the request body as application/json.',
);
export const INTERNAL_ERROR = new ErrorKind(
  500,
  'internal_error',
  'Something went wrong on our end. Contact an administrator and include the request ID.',
);
export const UNAVAILABLE = new ErrorKind(
  503,
  'unavailable',
  'The service is temporarily unavailable. Try again shortly.',
);

/**
 * Creates an `unavailable` error.
 * @param seconds the value of the `Retry-After` header.
 */
export const unavailable = (cause: unknown, detail = UNAVAILABLE.detail, seconds = 1): AppError =>
  UNAVAILABLE.create({ cause, detail, headers: { 'Retry-After': String(seconds) } });

export const validationFailed = (...errors: FieldError[]): AppError => VALIDATION_FAILED.create({ errors });
