import type { RouteAccess } from '../common/access/index.js';

const field = (description: string, example: string | number) => ({
  description,
  schema: { type: typeof example === 'number' ? 'integer' : 'string' },
  example,
});

/** The response fields that many answers have: contract.md, sections 4 and 5. */
export const ANSWER_FIELDS = {
  'X-Request-Id': field('Names the call, in our logs too.', '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11'),
  'WWW-Authenticate': field('How to authenticate.', 'ApiKey realm="chameleon"'),
  'Retry-After': field('Seconds after which a call can succeed.', 12),
  'RateLimit-Policy': field(
    'The budget: its name, its calls `q` and its window `w` in seconds.',
    '"standard";q=100;w=60',
  ),
  RateLimit: field('What is left of it, `r`, and the seconds `t` until more is.', '"standard";r=99;t=60'),
  'X-RateLimit-Limit': field('The same `q`, for older clients.', 100),
  'X-RateLimit-Remaining': field('The same `r`.', 99),
  'X-RateLimit-Reset': field('The same `t`.', 60),
};

type FieldName = keyof typeof ANSWER_FIELDS;

const BUDGET: readonly FieldName[] = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** Those that an answer of this status has on a route. */
export function fieldsOf(
  status: number,
  { isCounted }: Pick<RouteAccess, 'isCounted'>,
): Record<string, { $ref: string }> {
  const isAnswerOfCountedCall = isCounted && (status < 300 || status === 429);
  const names: readonly FieldName[] = [
    'X-Request-Id',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
    ...(isAnswerOfCountedCall ? BUDGET : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
