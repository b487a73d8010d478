import { ErrorKind, FieldErrorKind, FORBIDDEN } from '../../common/errors/index.js';
import { OutcomeUnknownError } from '../../database/index.js';

/** A malformed key, an unknown id and a wrong secret all get this error, so that attackers learn nothing from it. */
export const CREDENTIAL_NOT_FOUND = new ErrorKind(401, 'api_key_not_found', 'API key not found');
export const API_KEY_REVOKED = new ErrorKind(
  401,
  'api_key_revoked',
  "This API key has been revoked and can't be restored. Create a new one.",
);
export const API_KEY_EXPIRED = new ErrorKind(
  401,
  'api_key_expired',
  'This API key has expired. Create a new one.',
);
export const API_KEY_NOT_FOUND = new ErrorKind(404, 'api_key_not_found', 'API key not found');
export const API_KEY_QUOTA_REACHED = new ErrorKind(
  409,
  'api_key_quota_reached',
  'You have reached the maximum number of active API keys. Revoke one you no longer use.',
);
export const NO_ROOM_FOR_API_KEY = new ErrorKind(
  409,
  'api_key_quota_reached',
  'You have reached the maximum number of API keys. Revoked and expired keys count toward it for 30 days.',
);
export const OUTLIVES_CREATOR = new FieldErrorKind(
  'outlives_creator',
  'must be no later than {{latest}}, when the API key used for this request expires',
);
/**
 * The error for a request in which an API key tries to create a key that expires later than itself.
 * @param latest the expiration time of the API key that makes the request.
 */
export const forbiddenToOutliveCreator = (latest: Date) =>
  FORBIDDEN.create({
    detail:
      "An API key can't create a key that expires later than it does. Choose an earlier `expiresAt`, or sign in to create the key.",
    errors: [OUTLIVES_CREATOR.on('expiresAt', { latest: latest.toISOString() })],
  });
export const ALREADY_CREATED = new ErrorKind(
  409,
  'already_created',
  "This request has already created an API key, which can't be shown again. If you didn't save the key, revoke it and create another one with a new Idempotency-Key.",
);
export const SELECTION_CHANGED = new ErrorKind(
  409,
  'selection_changed',
  'The number of matching API keys differs from `expected`, so no keys were revoked. Preview the keys again with `dryRun`.',
);
export const IDEMPOTENCY_KEY_REUSED = new ErrorKind(
  422,
  'idempotency_key_reused',
  'This Idempotency-Key was used for a different request in the last 24 hours. Use a new one.',
);
export const INVALID_IDEMPOTENCY_KEY = new FieldErrorKind(
  'invalid_idempotency_key',
  'must consist of 1 to 255 visible ASCII characters',
);
export const EITHER_IDS_OR_FILTER = new FieldErrorKind(
  'either_ids_or_filter',
  'is one of two options: send either `ids` or `filter`, but not both',
);
export const EXPECTED_MISSING = new FieldErrorKind(
  'expected_missing',
  'must be the number of keys that the dry run matched',
);
export const CONFIRMATION_MISSING = new FieldErrorKind(
  'confirmation_missing',
  'must be true to revoke all keys of all users',
);

/**
 * Rethrows an error that occurred while a key was created. If it isn't known whether the key was created, adds a hint
 * about how to retry safely.
 */
export function rethrowWithRetryHint(error: unknown): never {
  if (!(error instanceof OutcomeUnknownError)) throw error;
  throw error.withHint('If the request contained an Idempotency-Key, you can safely repeat the request.');
}
