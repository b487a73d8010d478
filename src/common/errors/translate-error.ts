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

const KIND_BY_STATUS = new Map(
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

/**
 * Nest's default messages for exceptions that were created without a message. They are ignored, because the messages of
 * our error kinds are more helpful.
 */
const DEFAULT_MESSAGES = new Set([...Object.values(STATUS_CODES), 'Forbidden resource']);
/** Nest's message for a path without a route. */
const NO_ROUTE = /^Cannot [A-Z-]+ \//;
const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * Converts any thrown value to an `AppError`. A Nest `HttpException` keeps its status and, if the status is below 500,
 * its message. A Fastify error with a status below 500 keeps only its status. Everything else becomes an
 * `internal_error` with the thrown value as its cause, so that the value is logged.
 */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) return fromNest(error);
  const status = clientErrorStatus(error);
  if (status === null) return INTERNAL_ERROR.create({ cause: error });
  return kindForStatus(status).create({ cause: error });
}

/** Returns the `statusCode` of a Fastify error if the client caused it (400 to 499), or `null`. */
function clientErrorStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

/**
 * Converts a Nest exception. The client sees the exception's message only if the status is below 500, because messages
 * of server errors can reveal internals.
 */
function fromNest(exception: HttpException): AppError {
  const status = exception.getStatus();
  const cause = exception.cause ?? exception;
  if (!(status >= 400 && status <= 599)) return INTERNAL_ERROR.create({ cause });
  if (status === UNAVAILABLE.status) return unavailable(cause);
  const standardKind = kindForStatus(status);
  const code = exception.errorCode;
  const kind =
    code !== undefined && CODE.test(code)
      ? new ErrorKind(status, code, standardKind.detail, standardKind.registered)
      : standardKind;
  const detail = status < 500 ? customMessage(exception) : null;
  return kind.create({ cause, ...(detail !== null && { detail }) });
}

/**
 * Returns the exception's own message, with API keys redacted. Returns `null` if the message is one of Nest's defaults.
 */
function customMessage(exception: HttpException): string | null {
  const response = exception.getResponse();
  // If an exception was created with an `Error` as its response, Nest doesn't show clients the message of that `Error`.
  if (response instanceof Error) return null;
  const message = typeof response === 'string' ? response : (response as { message?: unknown }).message;
  const text = Array.isArray(message) ? message.join('; ') : message;
  if (typeof text !== 'string' || text === '' || DEFAULT_MESSAGES.has(text) || NO_ROUTE.test(text))
    return null;
  return redactKeys(text);
}

/**
 * Returns the common error kind with this status, or a new kind whose code is based on the status, for example
 * `payment_required`.
 */
function kindForStatus(status: number): ErrorKind {
  const common = KIND_BY_STATUS.get(status);
  if (common) return common;
  const title = STATUS_CODES[status] ?? `Status ${status}`;
  return new ErrorKind(status, title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'), `${title}.`);
}
