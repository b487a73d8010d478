import { STATUS_CODES } from 'node:http';
import type { AppError } from './app-error.js';
import type { FieldError } from './field-error.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** Builds the problem document of an error (RFC 9457; docs/api.md, "Errors"). */
export const toProblem = (error: AppError, requestId: string) => ({
  type: error.kind.registered?.type ?? 'about:blank',
  title: error.kind.registered?.title ?? STATUS_CODES[error.kind.status] ?? 'Error',
  status: error.kind.status,
  detail: error.message,
  code: error.kind.code,
  requestId,
  ...(error.errors && { errors: error.errors.map(toFieldErrorDto) }),
  ...error.extensions,
});

const toFieldErrorDto = ({ field, code, message }: FieldError) => ({ field, code, message });
