import { ErrorKind, FORBIDDEN } from '../../common/errors/index.js';

/** One answer for a bad shape, an unknown id and a wrong secret. */
export const CREDENTIAL_NOT_FOUND = new ErrorKind(401, 'api_key_not_found', 'API key not found');
export const API_KEY_REVOKED = new ErrorKind(
  401,
  'api_key_revoked',
  'This API key was revoked and cannot be restored. Create a new one.',
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
  'You have as many active API keys as you may have. Revoke one that is no longer used.',
);
export const NO_ROOM_FOR_API_KEY = new ErrorKind(
  409,
  'api_key_quota_reached',
  'You have reached the limit of API keys in any state. A key makes room 30 days after it was revoked or expired.',
);
/** For a key that asks for one which outlives it. @param latest when it ends itself. */
export const forbiddenToOutlive = (latest: Date) =>
  FORBIDDEN.create({
    detail: "An API key can't create a key that outlives it. Ask for an earlier expiresAt, or sign in.",
    errors: [
      {
        field: 'expiresAt',
        message: `must not be later than ${latest.toISOString()}, when the key that creates it expires`,
      },
    ],
  });
export const ALREADY_CREATED = new ErrorKind(
  409,
  'already_created',
  'This request has already created an API key. Its secret was shown then and cannot be shown again.',
);
export const SELECTION_CHANGED = new ErrorKind(
  409,
  'selection_changed',
  'Not as many API keys match as expected, so none was revoked. Preview again, then expect what the preview counts.',
);
export const IDEMPOTENCY_KEY_REUSED = new ErrorKind(
  422,
  'idempotency_key_reused',
  'This Idempotency-Key was used for a different request in the last 24 hours.',
);
