import { randomInt } from 'node:crypto';
import { jest } from '@jest/globals';
import { DiscoveryModule } from '@nestjs/core';
import { createOpenApiDocument } from '../../src/openapi/document.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { HeavyInput } from '../support/heavy-input.js';
import type { Document } from '../support/openapi.js';
import { routesOf, type Route } from '../support/routes.js';
import { seededRandom } from '../support/seeded-random.js';
import { WatchedServer, type WatchedRequest } from '../support/watched-server.js';

jest.setTimeout(120_000);

/** How long one request may block the event loop. */
const MAX_BLOCKED_MS = 50;
/** Repeats slow requests: a garbage collection is not the request's fault. */
const TRIES = 5;
/** A problem of all routes is reported for a few of them only. */
const ENOUGH = 10;
/** The number of requests of each kind per route. */
const [BODIES, HEADERS, PATHS] = [5, 3, 3];

const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

/** The field names of the console's forms and the query parameters of lists. */
const FIELDS = [
  'confirm', 'currentPassword', 'cursor', 'date', 'email', 'everything', 'expected', 'expiry', 'filter', 'form',
  'from', 'ids', 'interval', 'language', 'limit', 'name', 'newPassword', 'next', 'password', 'reason', 'role', 'search',
  'selection', 'status', 'then', 'to', 'trail', 'unusedForDays', 'userId',
]; // prettier-ignore

/** Documents and files that no controller serves, and unknown paths. */
const OTHER_PATHS = [
  '/api/docs',
  '/api/docs/x.js',
  '/api/openapi.json',
  '/nowhere',
  '/zh/nowhere',
  '/api/v1/nowhere',
];

let server: WatchedServer;
let routes: readonly Route[];
let bodyFields: Map<string, readonly string[]>;
let key: string;
let cookie: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  process.stderr.write(`Fuzz for time: FUZZ_SEED=${SEED}\n`);
  // An app that is used only to list its routes.
  const app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule] });
  routes = routesOf(app);
  bodyFields = fieldsOf(createOpenApiDocument(app.nest) as unknown as Document);
  await app.stop();

  server = await WatchedServer.start();
  cookie = await signIn('root@example.com');
  key = (await create('/api-keys', { name: 'Caller' }))['key']!;
  ids['key'] = (await create('/api-keys', { name: 'Victim' }))['id']!;
  const user = { email: 'victim@example.com', name: 'Victim', role: 'standard', password: PASSWORD };
  ids['user'] = (await create('/admin/users', user))['id']!;
});

afterAll(() => server.stop());

const json = { 'Content-Type': 'application/json' };
const post = (path: string, body: object, headers = {}) =>
  server.send({
    method: 'POST',
    path: `/api/v1${path}`,
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  });

async function signIn(email: string): Promise<string> {
  const { headers } = await post('/auth/sign-in', { email, password: PASSWORD });
  return headers['set-cookie']![0]!.split(';')[0]!;
}

async function create(path: string, body: object): Promise<Record<string, string>> {
  const response = await post(path, body, { Cookie: cookie });
  expect(response.status).toBe(201);
  return JSON.parse(response.text) as Record<string, string>;
}

/** The body fields of each route, by method and path. */
function fieldsOf({ paths, components }: Document): Map<string, readonly string[]> {
  const propertiesOf = (schema: unknown): string[] => {
    const {
      $ref,
      allOf = [],
      properties = {},
    } = schema as { $ref?: string; allOf?: object[]; properties?: object };
    const named = $ref && components['schemas']?.[$ref.split('/').at(-1)!];
    return [
      ...Object.keys(properties),
      ...(named ? propertiesOf(named) : []),
      ...allOf.flatMap(propertiesOf),
    ];
  };
  const entries = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return [`${method.toUpperCase()} ${path}`, schema ? propertiesOf(schema) : []] as const;
    }),
  );
  return new Map(entries);
}

const isApi = ({ path }: Pick<Route, 'path'>): boolean => /^\/(api|health)\//.test(path);

/** The credential for the route. */
function credentialFor({ access }: Route): Record<string, string> {
  if (!access || access.isPublic) return {};
  return access.methods.includes('api_key') ? { 'X-API-Key': key } : { Cookie: cookie };
}

/** The route's path with existing ids, so that a request passes more checks. */
const realPath = ({ path }: Route): string =>
  path.replaceAll(/\{\w+\}/g, path.includes('/users/') ? ids['user']! : ids['key']!);

/** Requests of the maximum size to a route. */
function heavyRequests(route: Route, input: HeavyInput): WatchedRequest[] {
  const { method, path } = route;
  const headers = credentialFor(route);
  const hasBody = method === 'POST' || method === 'PATCH';
  const type = isApi(route) ? json : { 'Content-Type': 'application/x-www-form-urlencoded' };
  const fields = bodyFields.get(`${method} ${path}`) ?? [];
  const light = hasBody
    ? { headers: { ...headers, ...type }, body: isApi(route) ? '{}' : 'a=b' }
    : { headers };
  const make = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
  return [
    ...make(hasBody ? BODIES : 0, () => ({
      method,
      path: realPath(route),
      headers: { ...headers, ...type },
      body: isApi(route) ? input.json(fields) : input.form(FIELDS),
    })),
    ...make(HEADERS, () => ({
      method,
      path: realPath(route),
      ...light,
      headers: { ...light.headers, ...input.header() },
    })),
    { method, path: realPath(route), ...light, headers: { ...light.headers, ...input.manyHeaders() } },
    ...make(PATHS, () => ({ method, path: input.path(path, FIELDS), ...light })),
  ];
}

let requestCount = 0;

/** Uses a new address for each request, so that failed attempts do not block later ones. */
const send = (request: WatchedRequest) => {
  const address = `10.${(requestCount >> 16) & 255}.${(requestCount >> 8) & 255}.${requestCount++ & 255}`;
  return server.send({ ...request, headers: { 'X-Forwarded-For': address, ...request.headers } });
};

const shown = ({ method, path, headers, body }: WatchedRequest): string =>
  [method, path, JSON.stringify(headers), body].map((part) => part?.slice(0, 150)).join(' ');

/** Returns the requests that block the event loop for too long every time. */
async function slowOnes(requests: readonly WatchedRequest[]): Promise<string[]> {
  const statuses: number[] = [];
  const together = await server.blockedBy(async () => {
    for (const request of requests) statuses.push((await send(request)).status);
  });
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  if (together <= MAX_BLOCKED_MS) return [];
  const slow: string[] = [];
  for (const request of requests) {
    let blockedMs = Infinity;
    for (let tries = 0; tries < TRIES && blockedMs > MAX_BLOCKED_MS; tries++)
      blockedMs = Math.min(blockedMs, await server.blockedBy(() => send(request)));
    if (blockedMs > MAX_BLOCKED_MS) slow.push(`${blockedMs.toFixed(0)} ms: ${shown(request)}`);
  }
  return slow;
}

it('measures how long a request blocks the event loop', async () => {
  const idle = await server.blockedBy(() => send({ method: 'GET', path: '/health/live', headers: {} }));
  expect(idle).toBeLessThan(MAX_BLOCKED_MS);
});

/** The shortest time, of several tries, that the work blocks the event loop. */
async function blockedAtLeast(work: () => Promise<unknown>): Promise<number> {
  let blockedMs = Infinity;
  for (let tries = 0; tries < TRIES; tries++) blockedMs = Math.min(blockedMs, await server.blockedBy(work));
  return blockedMs;
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const shortNames = Array.from({ length: 25_500 }, (_, index) => `${index.toString(36)}=`).join('&');
const marks = Array.from({ length: 37_000 }, (_, index) =>
  String.fromCharCode(0x300 + ((index * 7_919) % 48)),
);
const unknown = Array.from({ length: 4_600 }, (_, index) => `"m${index}":0`).join(',');

it.each([
  ['a form with 25,500 fields to an unknown path', 'POST', '/nowhere', form, shortNames, 404],
  ['a form with 25,500 fields', 'POST', '/sign-in', form, shortNames, 400],
  ['a path of 14,000 slashes and an x', 'GET', `${'/'.repeat(14_000)}x`, {}, undefined, 404],
  [
    'a password of combining characters',
    'POST',
    '/api/v1/auth/sign-in',
    json,
    JSON.stringify({ email: 'root@example.com', password: marks.join('') }),
    401,
  ],
  ['4,600 unknown fields', 'POST', '/api/v1/auth/sign-in', json, `{${unknown}}`, 400],
] as const)('handles %s within ten milliseconds', async (_what, method, path, headers, body, status) => {
  const request = { method, path, headers: { ...headers }, body: body?.slice(0, 102_400) };
  expect((await send(request)).status).toBe(status);
  expect(await blockedAtLeast(() => send(request))).toBeLessThan(10);
});

const host = 'Host: x\r\n';
it.each([
  ['thousands of requests', 'GET / HTTP/1.1\r\n\r\n'.repeat(9_000)],
  ['thousands of pages', `GET /help HTTP/1.1\r\n${host}\r\n`.repeat(3_000)],
  ['thousands of unknown paths', `GET /nowhere HTTP/1.1\r\n${host}\r\n`.repeat(3_000)],
  [
    'a body in tiny chunks',
    `POST /api/v1/auth/sign-in HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n` +
      '1\r\n \r\n'.repeat(100_000),
  ],
  [
    'a body in tiny chunks that the route does not read',
    `POST /nowhere HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(100_000)}`,
  ],
])('keeps serving other clients when %s arrive on one connection', async (_what, bytes) => {
  expect(await blockedAtLeast(() => server.sendBytes(bytes))).toBeLessThan(MAX_BLOCKED_MS);
  expect((await send({ method: 'GET', path: '/help', headers: {} })).status).toBe(200);
});

it('never blocks the event loop, on any route, whatever the request contains', async () => {
  expect(routes.length).toBeGreaterThan(60);
  const input = new HeavyInput(seededRandom(SEED));
  const slow: string[] = [];
  const others = OTHER_PATHS.flatMap((path) =>
    ['GET', 'POST', 'OPTIONS'].map((method): Route => ({
      method,
      path,
      access: null,
      problems: [],
      name: path,
    })),
  );
  for (const route of [...routes, ...others]) {
    slow.push(...(await slowOnes(heavyRequests(route, input))));
    if (slow.length > ENOUGH) break;
  }
  expect({ seed: SEED, slow }).toEqual({ seed: SEED, slow: [] });
  expect(server.isRunning).toBe(true);
});

it('never blocks the event loop, whatever header it receives', async () => {
  const input = new HeavyInput(seededRandom(SEED + 1));
  const slow: string[] = [];
  for (const [method, path, body] of [
    ['GET', '/sign-in'],
    ['GET', '/api-keys'],
    ['POST', '/api/v1/auth/sign-in', '{}'],
    ['GET', '/nowhere'],
  ] as const) {
    const requests = Array.from({ length: 60 }, () => ({
      method,
      path,
      headers: { ...json, ...input.header() },
      body,
    }));
    slow.push(...(await slowOnes(requests)));
  }
  expect({ seed: SEED, slow }).toEqual({ seed: SEED, slow: [] });
});
