import type { RouteAccess } from '../common/access/index.js';

const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });
const count = (description: string, example: number) => ({
  description,
  schema: { type: 'integer', format: 'int32', minimum: 0 },
  example,
});

/** The response headers that many operations share. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: 'A unique ID that identifies the request in the server logs.',
    schema: { type: 'string', format: 'uuid' },
    example: '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11',
  },
  'WWW-Authenticate': text('Tells the client how to authenticate.', 'ApiKey realm="chameleon"'),
  'Retry-After': count('The number of seconds to wait before you try again.', 12),
  'RateLimit-Policy': text(
    'The name of the rate limit and its size: `q` requests in a rolling window of `w` seconds.',
    '"standard";q=100;w=60',
  ),
  RateLimit: text(
    'You have `r` requests left. Another request becomes available in `t` seconds.',
    '"standard";r=99;t=60',
  ),
  'X-RateLimit-Limit': count('Same as `q` in `RateLimit-Policy`.', 100),
  'X-RateLimit-Remaining': count('Same as `r` in `RateLimit`.', 99),
  'X-RateLimit-Reset': count('Same as `t` in `RateLimit`.', 60),
};

type HeaderName = keyof typeof RESPONSE_HEADERS;

const LIMIT_HEADERS: readonly HeaderName[] = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/**
 * Returns references to the documented headers of a response.
 * @param isCounted whether the rate limiter may have counted the request.
 */
export function documentedHeadersOf(
  status: number,
  { isCounted }: Pick<RouteAccess, 'isCounted'>,
): Record<string, { $ref: string }> {
  const names: readonly HeaderName[] = [
    'X-Request-Id',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
    ...(isCounted ? LIMIT_HEADERS : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
