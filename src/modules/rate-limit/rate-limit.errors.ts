import { ErrorKind } from '../../common/errors/index.js';

// The registered problem types of draft-ietf-httpapi-ratelimit-headers-10.
export const RATE_LIMIT_EXCEEDED = new ErrorKind(
  429,
  'rate_limit_exceeded',
  'Too many calls. Wait as long as Retry-After says and slow down.',
  {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
  },
);
export const TOO_MANY_FAILED_ATTEMPTS = new ErrorKind(
  429,
  'too_many_failed_attempts',
  'Too many failed attempts. Wait as long as Retry-After says, then check the key or password.',
  {
    type: 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected',
    title: 'Request not satisfied due to detection of abnormal request pattern',
  },
);
