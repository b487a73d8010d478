import type { RawResponse } from './raw.js';

/** The part of a response that supertest and a raw connection have in common. */
export type ReceivedResponse = Pick<RawResponse, 'status' | 'text'> & { headers: Record<string, unknown> };

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { field: string; code: string; message: string }[];
  readonly 'violated-policies'?: readonly string[];
  readonly apiKeyId?: string;
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'requestId'];
/** The members that a code's problem document always has in addition, and those that are optional. */
const ADDITIONAL_MEMBERS: Readonly<Record<string, string>> = {
  validation_failed: 'errors',
  already_created: 'apiKeyId',
  rate_limit_exceeded: 'violated-policies',
  too_many_failed_attempts: 'violated-policies',
};
const OPTIONAL_MEMBERS: Readonly<Record<string, string>> = { forbidden: 'errors', unavailable: 'checks' };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What must never leave the server: stack traces, SQL, file names. */
const INTERNALS = /\bat .+:\d+:\d+|node_modules|SELECT |INSERT |SQLITE_|ER_[A-Z]+|\/src\/|\/dist\//;

/** Checks everything that docs/api.md, "Errors", promises for an error. @returns the problem document. */
export function expectProblem(response: ReceivedResponse, status: number, code: string): Problem {
  const problem = JSON.parse(response.text) as Problem;
  expect({ status: response.status, code: problem.code }).toEqual({ status, code });
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json(;|$)/);
  expect(response.headers['cache-control']).toBe('no-store');
  expect(Object.keys(problem).sort()).toEqual(membersOf(problem, code));
  expect(problem.status).toBe(status);
  expect(problem.requestId).toMatch(UUID);
  expect(response.headers['x-request-id']).toBe(problem.requestId);
  expect(problem.title.length).toBeGreaterThan(0);
  expect(problem.detail.length).toBeGreaterThan(0);
  expect(response.text).not.toMatch(INTERNALS);
  expect(response.headers['www-authenticate']).toBe(status === 401 ? 'ApiKey realm="chameleon"' : undefined);
  if (status !== 429) expect(problem.type).toBe('about:blank');
  return problem;
}

function membersOf(problem: object, code: string): string[] {
  const optional = OPTIONAL_MEMBERS[code];
  const extension =
    ADDITIONAL_MEMBERS[code] ?? (optional !== undefined && optional in problem ? optional : undefined);
  return [...MEMBERS, ...(extension === undefined ? [] : [extension])].sort();
}

/** Checks which fields a `validation_failed` problem names. */
export function expectFieldErrors(response: ReceivedResponse, ...fields: string[]): void {
  const { errors = [] } = expectProblem(response, 400, 'validation_failed');
  expect(errors.map(({ field }) => field).sort()).toEqual([...fields].sort());
  for (const { code, message } of errors) {
    expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(message.length).toBeGreaterThan(0);
  }
}

/** Checks the headers of a 429 against docs/api.md, "Limit headers". @returns the seconds to wait. */
export function expectTooManyRequests(
  response: ReceivedResponse,
  code: 'rate_limit_exceeded' | 'too_many_failed_attempts',
  policy: string,
  limit: number,
): number {
  const problem = expectProblem(response, 429, code);
  const kind = code === 'rate_limit_exceeded' ? 'quota-exceeded' : 'abnormal-usage-detected';
  expect(problem.type).toBe(`https://iana.org/assignments/http-problem-types#${kind}`);
  expect(problem['violated-policies']).toEqual([policy]);
  const seconds = Number(response.headers['retry-after']);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(rateLimitHeaders(response)).toEqual({
    'ratelimit-policy': `"${policy}";q=${limit};w=60`,
    ratelimit: `"${policy}";r=0;t=${seconds}`,
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(seconds),
  });
  return seconds;
}

const RATE_LIMIT_HEADERS = [
  'ratelimit-policy',
  'ratelimit',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

/** The rate-limit headers of a response, without missing ones. */
export const rateLimitHeaders = ({ headers }: Pick<ReceivedResponse, 'headers'>): Record<string, unknown> =>
  Object.fromEntries(
    RATE_LIMIT_HEADERS.filter((name) => name in headers).map((name) => [name, headers[name]]),
  );

/** The policy that counted a request and its remaining requests, for example `standard 99`. */
export const policyAndRemaining = ({ headers }: Pick<ReceivedResponse, 'headers'>): string | null => {
  const [, policy, remaining] = /^"([\w-]+)";r=(\d+);t=\d+$/.exec(String(headers['ratelimit'])) ?? [];
  return policy === undefined ? null : `${policy} ${remaining}`;
};
