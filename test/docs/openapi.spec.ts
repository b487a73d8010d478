import { readFileSync, writeFileSync } from 'node:fs';
import { DiscoveryModule } from '@nestjs/core';
import { isApiPath } from '../../src/common/http/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { walk, type Document, type Json, type Operation } from '../support/openapi.js';
import { routesOf, type Route } from '../support/routes.js';

const COMMITTED = 'docs/openapi.json';

let app: TestApp;
let document: Document;
let routes: Route[];
let operations: { name: string; operation: Operation; route: Route }[];

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule] });
  const answer = await app.http
    .get('/api/openapi.json')
    .expect(200)
    .expect('Content-Type', /^application\/json/);
  document = answer.body as Document;
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
const successOf = ({ responses }: Operation) =>
  Object.entries(responses).filter(([status]) => status < '300');
const codesOf = ({ responses }: Operation, status: number): string[] =>
  Object.keys(responses[status]?.content?.['application/problem+json']?.examples ?? {});

it('describes every route but those of pages, and nothing else', () => {
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

it('refers only to what it holds', () => {
  const references = objects().flatMap(([, value]) =>
    typeof value['$ref'] === 'string' ? [value['$ref']] : [],
  );
  expect(references.length).toBeGreaterThan(50);
  const dangling = references.filter((reference) => {
    const [, ...names] = reference.split('/');
    return (
      names.reduce<unknown>(
        (found, name) => (found as Record<string, unknown> | undefined)?.[name],
        document,
      ) === undefined
    );
  });
  expect(dangling).toEqual([]);
});

it('tells nothing of how the program is made', () => {
  expect(
    objects()
      .flatMap(([, value]) => Object.keys(value))
      .filter((name) => name.startsWith('x-')),
  ).toEqual([]);
});

it('declares the parameters that stand in paths', () => {
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

it('gives every operation a summary, a tag and a described success with a schema, or 204', () => {
  expect(without(({ operation }) => operation.summary?.length > 5 && operation.tags?.length === 1)).toEqual(
    [],
  );
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

it('describes every answer, and shows every error by an example', () => {
  const undescribed = without(({ operation }) =>
    Object.values(operation.responses).every(({ description }) => description),
  );
  expect(undescribed).toEqual([]);
  for (const { operation } of operations) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (status < '400') continue;
      const { schema, examples = {} } = content!['application/problem+json']!;
      expect(schema).toEqual({ $ref: '#/components/schemas/ProblemDto' });
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      for (const [code, { value }] of Object.entries(examples))
        expect(value).toMatchObject({ code, status: Number(status) });
    }
  }
});

it('says of every route that is not public how callers are refused', () => {
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
    expect(operation.responses['401']!.headers).toHaveProperty('WWW-Authenticate');
    expect(operation.responses['429']!.headers).toHaveProperty('Retry-After');
  }
});

it('says forbidden exactly where some callers are refused for who they are, or a key asks for too much', () => {
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

it('shows the budget on every counted call', () => {
  for (const { operation, route } of operations) {
    for (const [, { headers }] of successOf(operation)) {
      expect('RateLimit' in headers! && 'RateLimit-Policy' in headers).toBe(route.access!.isCounted);
      expect(headers).toHaveProperty('X-Request-Id');
    }
    expect('429' in operation.responses).toBe(route.access!.isCounted);
  }
});

it('says of every route with a body how it is refused, and whether it may be left out', () => {
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

it('says of every route that it may fail, and be unavailable when it needs the database', () => {
  expect(without(({ operation }) => codesOf(operation, 500).join() === 'internal_error')).toEqual([]);
  expect(without(({ operation }) => codesOf(operation, 503).join() === 'unavailable')).toEqual([
    'get /health/live',
  ]);
});

it('asks for the credentials that the access decorator lets in', () => {
  const names = { api_key: 'apiKey', session: 'session' } as const;
  for (const { name, operation, route } of operations) {
    const { isPublic, methods } = route.access!;
    const expected = isPublic ? [] : methods.map((method) => ({ [names[method]]: [] }));
    expect({ name, security: operation.security }).toEqual({ name, security: expected });
  }
  expect(document.components['securitySchemes']).toMatchObject({
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    session: { type: 'apiKey', in: 'cookie', name: 'chameleon_session' },
  });
});

it('does not depend on the settings', async () => {
  const other = await TestApp.start(DATABASES[0]!, {
    env: { PUBLIC_URL: 'https://keys.example.com', REGISTRATION: 'open' },
  });
  const answer = await other.http.get('/api/openapi.json').expect(200);
  await other.stop();
  expect(answer.body).toEqual(document);
});

it('is the committed one; `npm run openapi` writes it anew', () => {
  const served = `${JSON.stringify(document, null, 2)}\n`;
  if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(COMMITTED, served);
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(document);
});
