import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { redactKeys } from '../text/redact-keys.js';
import { AppError, ErrorKind } from './app-error.js';
import {
  FORBIDDEN,
  HEADERS_TOO_LARGE,
  INTERNAL_ERROR,
  MALFORMED_REQUEST,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  PAYLOAD_TOO_LARGE,
  unavailable,
  UNAVAILABLE,
  UNSUPPORTED_MEDIA_TYPE,
} from './common.errors.js';

const byStatus = new Map(
  [
    MALFORMED_REQUEST,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    HEADERS_TOO_LARGE,
    INTERNAL_ERROR,
    UNAVAILABLE,
  ].map((kind) => [kind.status, kind]),
);

/** What Nest says when nobody gave a reason, or nothing is at a path: our own sentences say more. */
const STANDARD_WORDS = new Set([...Object.values(STATUS_CODES), 'Forbidden resource']);
const NO_ROUTE = /^Cannot [A-Z-]+ \//;
const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * Turns whatever was thrown into one of our errors. An `HttpException` of Nest keeps its status. So do errors of
 * the server below it, whose words are not passed on; everything else is an `internal_error` that keeps its cause
 * for the log.
 */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) return fromNest(error);
  const status = statusOfServerError(error);
  if (status === null) return INTERNAL_ERROR.create({ cause: error });
  return kindOf(status).create({ cause: error });
}

/** Errors that Fastify throws say so in `statusCode`; one of 500 or more is a fault of ours like any other. */
function statusOfServerError(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

/** What the exception says goes on to the client, unless the fault is the server's: then it may say too much. */
function fromNest(exception: HttpException): AppError {
  const status = exception.getStatus();
  const cause = exception.cause ?? exception;
  if (!(status >= 400 && status <= 599)) return INTERNAL_ERROR.create({ cause });
  if (status === UNAVAILABLE.status) return unavailable(cause);
  const known = kindOf(status);
  const code = exception.errorCode;
  const kind =
    code !== undefined && CODE.test(code)
      ? new ErrorKind(status, code, known.detail, known.registered)
      : known;
  const detail = status < 500 ? wordsOf(exception) : null;
  return kind.create({ cause, ...(detail !== null && { detail }) });
}

/** What an exception was made to say; `null` when that is only the name of its status. */
function wordsOf(exception: HttpException): string | null {
  const response = exception.getResponse();
  // Nest keeps the message of an error that stands in for the answer from clients, and so do we.
  if (response instanceof Error) return null;
  const message = typeof response === 'string' ? response : (response as { message?: unknown }).message;
  const words = Array.isArray(message) ? message.join('; ') : message;
  if (typeof words !== 'string' || words === '' || STANDARD_WORDS.has(words) || NO_ROUTE.test(words))
    return null;
  return redactKeys(words);
}

/** Our kind of that status; where there is none, one named after it, such as `payment_required`. */
function kindOf(status: number): ErrorKind {
  const known = byStatus.get(status);
  if (known) return known;
  const title = STATUS_CODES[status] ?? `Status ${status}`;
  return new ErrorKind(status, title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'), `${title}.`);
}
