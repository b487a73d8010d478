import { ErrorKind, type AppError, type FieldError } from './app-error.js';

export const VALIDATION_FAILED = new ErrorKind(400, 'validation_failed', 'Some fields are not right.');
export const MALFORMED_JSON = new ErrorKind(400, 'malformed_json', 'The body is not valid JSON.');
export const MALFORMED_REQUEST = new ErrorKind(400, 'malformed_request', 'The request is not valid.');
export const HEADERS_TOO_LARGE = new ErrorKind(431, 'malformed_request', 'The header fields are too large.');
export const FORBIDDEN = new ErrorKind(403, 'forbidden', 'You may not do this.');
export const CROSS_SITE_REQUEST = new ErrorKind(
  403,
  'cross_site_request',
  'The call comes from another site. Only programs with a key may call across sites.',
);
export const NOT_FOUND = new ErrorKind(404, 'not_found', 'There is nothing at this address.');
export const METHOD_NOT_ALLOWED = new ErrorKind(
  405,
  'method_not_allowed',
  'This path does not support this method.',
);
export const PAYLOAD_TOO_LARGE = new ErrorKind(413, 'payload_too_large', 'A body may hold 100 KiB.');
export const UNSUPPORTED_MEDIA_TYPE = new ErrorKind(
  415,
  'unsupported_media_type',
  'Send the body as application/json.',
);
export const INTERNAL_ERROR = new ErrorKind(
  500,
  'internal_error',
  'Something went wrong on our side. The request id helps to find it.',
);
export const UNAVAILABLE = new ErrorKind(
  503,
  'unavailable',
  'The service cannot answer right now. Try again shortly.',
);

/** @param seconds what `Retry-After` tells the client. */
export const unavailable = (cause: unknown, detail = UNAVAILABLE.detail, seconds = 1): AppError =>
  UNAVAILABLE.create({ cause, detail, headers: { 'Retry-After': String(seconds) } });

export const validationFailed = (...errors: FieldError[]): AppError => VALIDATION_FAILED.create({ errors });
