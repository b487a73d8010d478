import { readFileSync, writeFileSync } from 'node:fs';
import { DiscoveryModule } from '@nestjs/core';
import { isApiPath } from '../../src/common/http/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { declaredErrors } from '../support/declared-errors.js';
import {
  resolve,
  walk,
  type ResponseObject,
  type Document,
  type Json,
  type Operation,
  type ProblemContent,
} from '../support/openapi.js';
import { routesOf, type Route } from '../support/routes.js';

const COMMITTED = 'docs/openapi.json';

let app: TestApp;
let document: Document;
let routes: Route[];
let operations: { name: string; operation: Operation; route: Route }[];

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule] });
  const response = await app.http
    .get('/api/openapi.json')
    .expect(200)
    .expect('Content-Type', /^application\/json/);
  document = response.body as Document;
  routes = routesOf(app);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const route = routes.find((each) => each.path === path && each.method === method.toUpperCase());
      return { name: `${method} ${path}`, operation, route: route! };
    }),
  );
});

afterAll(() => app.stop());

const objects = () => walk(document as unknown as Json);
/** The names of the operations of which this is not true. */
const without = (isTrue: (entry: (typeof operations)[number]) => boolean) =>
  operations.filter((entry) => !isTrue(entry)).map(({ name }) => name);
const responsesOf = ({ responses }: Operation): [string, ResponseObject][] =>
  Object.entries(responses).map(([status, response]) => [
    status,
    '$ref' in response ? (resolve(document, response.$ref) as ResponseObject) : response,
  ]);
const responseOf = (operation: Operation, status: number): ResponseObject | undefined =>
  Object.fromEntries(responsesOf(operation))[status];
const successOf = (operation: Operation) => responsesOf(operation).filter(([status]) => status < '300');
const problemsOf = (operation: Operation) => responsesOf(operation).filter(([status]) => status >= '400');
const problemContent = ({ content }: ResponseObject) =>
  content!['application/problem+json'] as unknown as ProblemContent;
/** The values that the document allows for `code` in this operation's responses of this status. */
const codesOf = (operation: Operation, status: number): string[] => {
  const response = responseOf(operation, status);
  return response ? problemContent(response).schema.allOf[1].properties.code.enum : [];
};

it('describes every route of the API, and nothing else', () => {
  const known = routes
    .filter(({ path }) => isApiPath(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path}`);
  expect(operations.map(({ name }) => name).sort()).toEqual(known.sort());
});

it('is OpenAPI 3.1', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  expect(objects().filter(([, value]) => 'nullable' in value)).toEqual([]);
  const booleans = objects().filter(([, value]) =>
    [value['exclusiveMinimum'], value['exclusiveMaximum']].some((bound) => typeof bound === 'boolean'),
  );
  expect(booleans).toEqual([]);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it('has no dangling references', () => {
  const references = objects().flatMap(([, value]) =>
    typeof value['$ref'] === 'string' ? [value['$ref']] : [],
  );
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
});

it('contains no extension fields (x-…)', () => {
  expect(
    objects()
      .flatMap(([, value]) => Object.keys(value))
      .filter((name) => name.startsWith('x-')),
  ).toEqual([]);
});

it('declares every path parameter', () => {
  const undeclared = without(({ name, operation }) => {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const declared = operation.parameters
      .filter((each) => each.in === 'path' && each.required)
      .map((each) => each.name);
    return inPath.join() === declared.join();
  });
  expect(undeclared).toEqual([]);
  expect(
    without(({ operation }) => operation.parameters.every(({ schema }) => schema !== undefined)),
  ).toEqual([]);
});

it('describes every tag that it uses, and no other', () => {
  const used = operations.flatMap(({ operation }) => operation.tags);
  expect(document.tags.map(({ name }) => name).sort()).toEqual([...new Set(used)].sort());
  expect(document.tags.filter(({ description }) => !description)).toEqual([]);
});

it('gives operations ids that read like function names', () => {
  expect(without(({ operation }) => /^[a-z]+([A-Z][a-z]+)*$/.test(operation.operationId))).toEqual([]);
  expect(operations.map(({ operation }) => operation.operationId)).toEqual(
    expect.arrayContaining(['createApiKey', 'listApiKeys', 'getCurrentUser', 'adminListUsers', 'ping']),
  );
});

it('gives integers a format, and requires no field that has a default', () => {
  const integers = objects().filter(([, { type }]) => [type].flat().includes('integer'));
  expect(integers.length).toBeGreaterThan(20);
  expect(integers.filter(([, { format }]) => format !== 'int32' && format !== 'int64')).toEqual([]);
  const schemas = walk(document.components['schemas'] as unknown as Json);
  expect(schemas.filter(([, schema]) => 'default' in schema)).toEqual([]);
});

it('gives every operation a summary, a description, a tag and a success response with a schema or status 204', () => {
  expect(without(({ operation }) => operation.summary?.length > 5 && operation.tags?.length === 1)).toEqual(
    [],
  );
  expect(without(({ operation }) => operation.description?.length > 10)).toEqual([]);
  const undescribed = without(({ operation }) => {
    const successes = successOf(operation);
    return (
      successes.length === 1 &&
      successes.every(([status, { content }]) =>
        status === '204' ? content === undefined : content?.['application/json']?.schema !== undefined,
      )
    );
  });
  expect(undescribed).toEqual([]);
});

it('describes every response, and has a shared example of every error', () => {
  const undescribed = without(({ operation }) =>
    responsesOf(operation).every(([, { description }]) => description),
  );
  expect(undescribed).toEqual([]);
  const inline = without(({ operation }) =>
    Object.entries(operation.responses).every(([status, response]) => status < '400' || '$ref' in response),
  );
  expect(inline).toEqual([]);
  for (const { operation } of operations) {
    for (const [status, response] of problemsOf(operation)) {
      const { schema, examples } = problemContent(response);
      expect(schema.allOf[0]).toEqual({ $ref: '#/components/schemas/ProblemDto' });
      expect(Object.keys(examples)).toEqual(codesOf(operation, Number(status)));
      for (const [code, { $ref }] of Object.entries(examples))
        expect(resolve(document, $ref)).toMatchObject({ value: { code, status: Number(status) } });
    }
  }
  const shared = Object.values(document.components['responses']!).map((each) => JSON.stringify(each));
  expect(new Set(shared).size).toBe(shared.length);
});

it('lists the error codes that the route declares, and no undeclared code', async () => {
  const known = (await declaredErrors()).map(({ status, code }) => `${status} ${code}`);
  for (const { name, operation, route } of operations) {
    const codes = problemsOf(operation).flatMap(([status]) =>
      codesOf(operation, Number(status)).map((code) => `${status} ${code}`),
    );
    const declared = route.problems.map(({ status, code }) => `${status} ${code}`);
    expect({ name, missing: declared.filter((each) => !codes.includes(each)) }).toEqual({
      name,
      missing: [],
    });
    expect({ name, unknown: codes.filter((each) => !known.includes(each)) }).toEqual({ name, unknown: [] });
    expect(new Set(codes).size).toBe(codes.length);
  }
});

it('documents for every protected route how callers are rejected', () => {
  const closed = operations.filter(({ route }) => !route.access?.isPublic);
  expect(closed.length).toBeGreaterThan(10);
  for (const { operation } of closed) {
    expect(codesOf(operation, 401)).toEqual([
      'credentials_missing',
      'session_expired',
      'api_key_not_found',
      'api_key_revoked',
      'api_key_expired',
    ]);
    expect(codesOf(operation, 403)).toContain('account_suspended');
    expect(codesOf(operation, 429)).toEqual(
      expect.arrayContaining(['rate_limit_exceeded', 'too_many_failed_attempts']),
    );
    expect(responseOf(operation, 401)!.headers).toHaveProperty('WWW-Authenticate');
    expect(responseOf(operation, 429)!.headers).toHaveProperty('Retry-After');
    expect(responseOf(operation, 503)!.headers).toHaveProperty('Retry-After');
  }
});

it('documents `forbidden` exactly where some callers lack permission, or a key requests too many rights', () => {
  for (const { name, operation, route } of operations) {
    const { isPublic, roles, methods, allowsTemporaryPassword } = route.access!;
    const codes = codesOf(operation, 403);
    expect({ name, is: codes.includes('forbidden') }).toEqual({
      name,
      is: !isPublic && (roles !== null || methods.length === 1 || name === 'post /api/v1/api-keys'),
    });
    expect({ name, is: codes.includes('password_change_required') }).toEqual({
      name,
      is: !isPublic && !allowsTemporaryPassword,
    });
    expect({ name, is: codes.includes('cross_site_request') }).toEqual({ name, is: route.method !== 'GET' });
  }
});

it('documents the rate limit headers on the error responses that have them, and on no others', async () => {
  const { key } = await app.createCaller();
  const cookie = await app.signIn((await app.createUser()).email);
  const post = (path: string) => app.http.post(`/api/v1${path}`).set('X-API-Key', key);
  const broken = { 'Content-Type': 'application/json' };
  const responses: [string, { status: number; headers: object }][] = [
    ['post /api/v1/api-keys', await post('/api-keys').send({ name: 'A key' })],
    ['post /api/v1/api-keys', await post('/api-keys').send({ name: '' })],
    ['post /api/v1/api-keys', await post('/api-keys').set('X-API-Key', 'wrong').send({})],
    [
      'post /api/v1/api-keys',
      await post('/api-keys')
        .set(broken)
        .send(`"${'x'.repeat(110_000)}"`),
    ],
    ['post /api/v1/api-keys', await post('/api-keys').set('Content-Type', 'text/plain').send('x')],
    ['get /api/v1/api-keys/{id}', await app.http.get('/api/v1/api-keys/none').set('X-API-Key', key)],
    ['get /api/v1/api-keys/{id}', await app.http.get('/api/v1/api-keys/none').set('Host', 'a/b')],
    ['get /api/v1/admin/stats', await app.http.get('/api/v1/admin/stats').set('X-API-Key', key)],
    [
      'post /api/v1/auth/sign-out',
      await app.http.post('/api/v1/auth/sign-out').set({ Cookie: cookie, Origin: 'https://other.example' }),
    ],
    ['get /health/live', await app.http.get('/health/live')],
  ];
  const statuses = responses.map(([, { status }]) => status);
  expect(statuses).toEqual([201, 400, 401, 413, 415, 404, 400, 403, 403, 200]);
  for (const [name, { status, headers }] of responses) {
    const { operation } = operations.find((each) => each.name === name)!;
    for (const header of ['RateLimit', 'RateLimit-Policy', 'X-RateLimit-Limit', 'X-RateLimit-Reset']) {
      const isDocumented = header in responseOf(operation, status)!.headers!;
      expect({ name, status, header, is: isDocumented }).toEqual({
        name,
        status,
        header,
        is: header.toLowerCase() in headers,
      });
    }
  }
});

it('documents the rate limit headers on every success response of a counted request', () => {
  for (const { operation, route } of operations) {
    for (const [, { headers }] of successOf(operation)) {
      expect('RateLimit' in headers! && 'RateLimit-Policy' in headers).toBe(route.access!.isCounted);
      expect(headers).toHaveProperty('X-Request-Id');
    }
    expect('429' in operation.responses).toBe(route.access!.isCounted);
  }
});

it('documents for every route with a body how it is rejected, and whether it is required', () => {
  const withBody = operations.filter(({ operation }) => operation.requestBody);
  expect(withBody.length).toBeGreaterThan(8);
  for (const { operation } of withBody) {
    expect(codesOf(operation, 400)).toEqual(expect.arrayContaining(['validation_failed', 'malformed_json']));
    expect(codesOf(operation, 413)).toEqual(['payload_too_large']);
    expect(codesOf(operation, 415)).toEqual(['unsupported_media_type']);
    expect(Object.keys(operation.requestBody!.content)).toEqual(['application/json']);
  }
  const optional = withBody
    .filter(({ operation }) => !operation.requestBody!.required)
    .map(({ name }) => name);
  expect(optional.sort()).toEqual([
    'patch /api/v1/admin/users/{id}',
    'patch /api/v1/api-keys/{id}',
    'patch /api/v1/me',
    'post /api/v1/admin/api-keys/{id}/revoke',
    'post /api/v1/api-keys/{id}/revoke',
    'post /api/v1/ping',
  ]);
});

it('documents 500 for every route, and 503 for every route that needs the database', () => {
  expect(without(({ operation }) => codesOf(operation, 500).join() === 'internal_error')).toEqual([]);
  expect(without(({ operation }) => codesOf(operation, 503).join() === 'unavailable')).toEqual([
    'get /health/live',
  ]);
});

it('requires the credentials that the access decorator allows', () => {
  const names = { api_key: 'apiKey', session: 'session' } as const;
  for (const { name, operation, route } of operations) {
    const { isPublic, methods } = route.access!;
    // One requirement, as generated clients send the same key to each of several.
    const method = methods.includes('api_key') ? 'api_key' : 'session';
    const expected = isPublic ? [] : [{ [names[method]]: [] }];
    expect({ name, security: operation.security }).toEqual({ name, security: expected });
  }
  expect(document.components['securitySchemes']).toMatchObject({
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    session: { type: 'apiKey', in: 'cookie', name: 'chameleon_session' },
  });
});

it('depends only on the setting PUBLIC_URL, for the server and the name of the cookie', async () => {
  const other = await TestApp.start(DATABASES[0]!, {
    env: { PUBLIC_URL: 'https://keys.example.com', REGISTRATION: 'open' },
  });
  const response = await other.http.get('/api/openapi.json').expect(200);
  await other.stop();
  const expected = structuredClone(document);
  expected.servers[0]!.url = 'https://keys.example.com';
  Object.assign(expected.components['securitySchemes']!['session']!, { name: '__Host-chameleon_session' });
  expect(response.body).toEqual(expected);
  expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }]);
});

it('equals docs/openapi.json, which `npm run openapi` writes', () => {
  const served = `${JSON.stringify(document, null, 2)}\n`;
  if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(COMMITTED, served);
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(document);
});
