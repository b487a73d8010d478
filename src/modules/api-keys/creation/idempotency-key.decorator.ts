import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { validationFailed } from '../../../common/errors/index.js';
import { getRequest } from '../../../common/http/index.js';
import { INVALID_IDEMPOTENCY_KEY } from '../api-keys.errors.js';

/** Matches the valid values of the header: 1 to 255 visible ASCII characters. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Injects the value of the `Idempotency-Key` header, or `null` if the request has none. Throws `validation_failed` if
 * the value is invalid.
 */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const value = getRequest(context).headers['idempotency-key'];
  if (value === undefined) return null;
  if (typeof value === 'string' && IDEMPOTENCY_KEY.test(value)) return value;
  throw validationFailed(INVALID_IDEMPOTENCY_KEY.on('Idempotency-Key'));
});
