import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { expectProblem, expectFieldErrors, type ReceivedResponse } from '../support/problem.js';
import { sendRaw } from '../support/raw.js';

const BODY_LIMIT = 100 * 1_024;

/** `{"m0":0,"m1":0,…}` */
const members = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${from + index}`, 0]));

let app: TestApp;
let key: string;
let cookie: string;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!, {
    env: { RATE_LIMIT_ANONYMOUS: '100000', FAILED_ATTEMPTS_LIMIT: '100000' },
  });
  ({ key } = await app.createCaller('admin'));
  cookie = await app.signIn('root@example.com');
});

afterAll(() => app.stop());

const post = (path: string, body: unknown) =>
  app.http.post(`/api/v1${path}`).set('X-API-Key', key).type('json').send(JSON.stringify(body));
const form = (path: string, body: string) =>
  app.http.post(path).set('Cookie', cookie).type('form').send(body);

/** Returns the field names in the errors. The response must be small whatever was sent. */
function namedIn(response: ReceivedResponse): string[] {
  const { errors = [] } = expectProblem(response, 400, 'validation_failed');
  expect(response.text.length).toBeLessThan(20_000);
  return errors.map(({ field }) => field);
}

it('names up to a hundred unknown fields', async () => {
  const expected = Object.keys(members(98));
  const response = await post('/auth/sign-in', { email: 'a', password: 'b', ...members(98) });
  expectFieldErrors(response, ...expected);
});

it('rejects more than a hundred fields, and names the first twenty invalid ones', async () => {
  for (const count of [99, 4_600, 9_000]) {
    const response = await post('/auth/sign-in', { email: 'a', password: 'b', ...members(count) });
    expect(namedIn(response)).toEqual(Object.keys(members(20)));
  }
  const withWrongEmail = await post('/auth/sign-in', { email: 1, ...members(200), password: 'b' });
  expect(namedIn(withWrongEmail)).toHaveLength(20);
});

it('applies the same limits to nested fields', async () => {
  const filter = { userId: 'x', ...members(200) };
  const expected = Object.keys(members(20)).map((name) => `filter.${name}`);
  const revoke = (body: object) => post('/admin/api-keys/revoke', { ...body, dryRun: true });
  expect(namedIn(await revoke({ filter }))).toEqual(expected);
  expect(namedIn(await revoke({ filter: [members(200)] }))).toEqual(['filter']);
});

it('rejects a query with more than a hundred parameters', async () => {
  const request = (count: number) =>
    app.http.get('/api/v1/api-keys').query(members(count)).set('X-API-Key', key);
  expect(namedIn(await request(100))).toHaveLength(100);
  expect(namedIn(await request(1_500))).toHaveLength(20);
});

it('rejects a field with too many values', async () => {
  for (const value of [
    Array(3_000).fill(0),
    Array(3_000).fill({}),
    [[...Array(3_000).fill([])]],
    members(3_000),
  ]) {
    expect(namedIn(await post('/auth/sign-in', { email: value, password: 'x' }))).toEqual(['email']);
    expect(namedIn(await post('/admin/api-keys/revoke', { ids: value }))).toEqual(['ids']);
    expect(namedIn(await post('/admin/api-keys/revoke', { filter: value }))).toEqual(['filter']);
  }
  const ids = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(12, '0'));
  await post('/admin/api-keys/revoke', { ids, dryRun: true }).expect(200);
});

it('repeats neither long names nor keys in names', async () => {
  const long = await post('/auth/sign-in', { email: 'a', password: 'b', ['x'.repeat(90_000)]: 1 });
  expect(namedIn(long)).toEqual([`${'x'.repeat(100)}…`]);
  const leaked = await post('/auth/sign-in', { email: 'a', password: 'b', [key]: 1, [`in ${key}`]: 1 });
  expect(namedIn(leaked)).toEqual(['[key]', 'in [key]']);
  const query = await app.http
    .get('/api/v1/api-keys')
    .query({ [key]: 1 })
    .set('X-API-Key', key);
  expect(namedIn(query)).toEqual(['[key]']);
});

it('echoes bodies up to the maximum size', async () => {
  const body = members(8_000);
  expect(JSON.stringify(body).length).toBeLessThan(BODY_LIMIT);
  const response = await post('/ping', body).expect(200);
  expect((response.body as { echo: unknown }).echo).toEqual(body);
});

it('accepts a form with 1,100 fields, and no larger one', async () => {
  const ids = (count: number) => `selection=ids&${'ids=000000000000&'.repeat(count)}`;
  expect((await form('/admin/api-keys/revoke', `${ids(1_000)}confirm=yes&expected=0`)).status).toBe(303);
  for (const body of [ids(1_100), 'a&'.repeat(51_000), '&'.repeat(BODY_LIMIT)]) {
    for (const path of ['/admin/api-keys/revoke', '/sign-in', '/account']) {
      const response = await form(path, body);
      expect({ path, status: response.status }).toEqual({ path, status: 400 });
    }
  }
});

it('reads no body on unknown paths', async () => {
  const headers = ['Host: x', 'Content-Type: application/json', 'Content-Length: 100'];
  for (const path of ['/nowhere', '/api/v1/nowhere', '/zh/nowhere']) {
    // The body never arrives: a server that waits for it would not respond.
    const response = await sendRaw(app.url, `POST ${path} HTTP/1.0\r\n${headers.join('\r\n')}\r\n\r\n`);
    expect({ path, status: response.status }).toEqual({ path, status: 404 });
  }
  expectProblem(await post('/nowhere', { a: 'x'.repeat(2 * BODY_LIMIT) }), 404, 'not_found');
});

it('redirects a path with any number of trailing slashes to the path without them', async () => {
  const location = async (path: string) => (await app.http.get(path)).headers['location'];
  expect(await location('/help/')).toBe('/help');
  expect(await location('/help//?a=b/')).toBe('/help?a=b/');
  expect(await location(`/help${'/'.repeat(15_000)}?x`)).toBe('/help?x');
  for (const path of [`${'/'.repeat(15_000)}x`, `/nowhere?${'/'.repeat(15_000)}`, '/'.repeat(15_000)])
    expect(await location(path)).toBeUndefined();
});

it('rejects a password that only starts with the correct one', async () => {
  const password = 'long and longer '.repeat(8);
  expect(password).toHaveLength(128);
  const created = await post('/admin/users', {
    email: 'long@example.com',
    name: 'Long',
    role: 'standard',
    password,
  });
  expect(created.status).toBe(201);
  const signIn = (typed: string) =>
    app.http.post('/api/v1/auth/sign-in').send({ email: 'long@example.com', password: typed });
  await signIn(password).expect(200);
  for (const more of ['x', '\u0315\u0300'.repeat(12_000)])
    expectProblem(await signIn(password + more), 401, 'sign_in_failed');
  const page = await app.http
    .post('/sign-in')
    .type('form')
    .send({ email: 'long@example.com', password: `${password}x` });
  expect(page.status).toBe(401);
});
