import { HttpException } from '@nestjs/common';
import { AppError } from './app-error.js';
import {
  HEADERS_TOO_LARGE,
  INTERNAL_ERROR,
  MALFORMED_JSON,
  MALFORMED_REQUEST,
  NOT_FOUND,
  PAYLOAD_TOO_LARGE,
  UNSUPPORTED_MEDIA_TYPE,
} from './common.errors.js';

const byStatus = new Map([
  [400, MALFORMED_REQUEST],
  [404, NOT_FOUND],
  [413, PAYLOAD_TOO_LARGE],
  [415, UNSUPPORTED_MEDIA_TYPE],
  [431, HEADERS_TOO_LARGE],
]);

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
};

/**
 * Turns whatever was thrown into one of our errors. What the framework refuses is known by its status
 * (its words are not passed on); everything else is an `internal_error` that keeps its cause for the log.
 */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  if (status === undefined || status >= 500) return INTERNAL_ERROR.create({ cause: error });
  const cause = error instanceof HttpException ? error.cause : error;
  if (status === 400 && cause instanceof SyntaxError) return MALFORMED_JSON.create({ cause: error });
  return (byStatus.get(status) ?? MALFORMED_REQUEST).create({ cause: error });
}
