import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { policyAndRemaining, expectProblem, expectFieldErrors } from '../support/problem.js';
import { sendRaw } from '../support/raw.js';

const OTHER_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/json',
  'application/xml',
  'nonsense',
];

onEachDatabase((kind) => {
  let app: TestApp;
  let caller: Awaited<ReturnType<TestApp['createCaller']>>;
  let cookie: string;
  let before: unknown;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_STANDARD: '100000', RATE_LIMIT_ANONYMOUS: '100000', FAILED_ATTEMPTS_LIMIT: '100000' },
    });
    caller = await app.createCaller();
    cookie = await app.signIn(caller.user.email);
    before = await everything();
  });

  // No request that is rejected here may change anything.
  afterEach(async () => expect(await everything()).toEqual(before));

  afterAll(() => app.stop());

  async function everything(): Promise<unknown> {
    const admin = await app.signIn('root@example.com');
    const users = await app.http.get('/api/v1/admin/users?limit=100').set('Cookie', admin).expect(200);
    const keys = await app.http.get('/api/v1/admin/api-keys?limit=100').set('Cookie', admin).expect(200);
    const seen = (users.body as { data: object[] }).data.map((user) => ({ ...user, lastSeenAt: null }));
    const used = (keys.body as { data: object[] }).data.map((key) => ({
      ...key,
      lastUsedAt: null,
      lastUsedFrom: null,
    }));
    return { users: seen, keys: used };
  }

  const create = (body: unknown) =>
    app.http.post('/api/v1/api-keys').set('X-API-Key', caller.key).type('json').send(JSON.stringify(body));
  const post = (path: string, body: string, type = 'application/json') =>
    app.http.post(path).set('X-API-Key', caller.key).set('Content-Type', type).send(body);
  const signIn = (body: object) => app.http.post('/api/v1/auth/sign-in').send(body);

  it('requires a credential', async () => {
    for (const path of ['/api/v1/me', '/api/v1/api-keys', '/api/v1/admin/users', '/api/v1/me/sessions']) {
      expectProblem(await app.http.get(path), 401, 'credentials_missing');
    }
    expectProblem(await app.http.post('/api/v1/ping').send({}), 401, 'credentials_missing');
    expectProblem(await app.http.post('/api/v1/api-keys').send({ name: 'x' }), 401, 'credentials_missing');
  });

  it('rejects names of a wrong type or length or with invalid characters', async () => {
    const wrong: unknown[] = [
      null, 1, true, [], ['x'], {}, { toString: 'x' }, '', '   ', '\u3000', 'x'.repeat(101), '🔑'.repeat(101),
      'a\u0000b', 'a\nb', 'a\tb', 'a\u007fb', 'a\u0085b', 'a\u202eb', 'a\u2066b', 'a\u2028b', '\ud83d', 'a\udc00b',
    ]; // prettier-ignore
    for (const name of wrong) expectFieldErrors(await create({ name }), 'name');
    expectFieldErrors(await create({}), 'name');
  });

  it('rejects unknown fields and names each invalid field', async () => {
    expectFieldErrors(await create({ name: 'x', extra: 1 }), 'extra');
    expectFieldErrors(await create({ name: 1, expiresAt: 'x', role: 'admin' }), 'name', 'expiresAt', 'role');
    expectFieldErrors(await signIn({ email: 'a', password: 'b', remember: true }), 'remember');
    expectFieldErrors(await signIn({ email: ['a'], password: { $ne: '' } }), 'email', 'password');
    expectFieldErrors(await signIn({}), 'email', 'password');
  });

  it('rejects a body that is not a JSON object', async () => {
    for (const body of ['[]', '[{"name":"x"}]', '"name"', 'null', '1', 'true']) {
      for (const path of ['/api/v1/api-keys', '/api/v1/ping']) {
        expectFieldErrors(await post(path, body), '');
      }
    }
  });

  it('rejects malformed JSON without quoting it', async () => {
    const { key } = caller;
    const broken = [
      '{',
      '{"name":}',
      "{'name':'x'}",
      '{"name":"x"}}',
      'name=x',
      `{"key":"${key}"`,
      '{"a":1,}',
      'NaN',
      '\u{feff}\u{feff}{}',
    ];
    for (const body of broken) {
      const response = await post('/api/v1/api-keys', body);
      expectProblem(response, 400, 'malformed_json');
      expect(response.text).not.toContain(key.slice(17));
    }
  });

  it('rejects bodies that could pollute the object prototype', async () => {
    for (const body of [
      '{"__proto__":{"role":"admin"}}',
      '{"a":{"__proto__":null}}',
      '{"constructor":{"prototype":{}}}',
    ]) {
      expectProblem(await post('/api/v1/ping', body), 400, 'malformed_json');
      expectProblem(await post('/api/v1/api-keys', body), 400, 'malformed_json');
    }
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('rejects excessive nesting, and accepts the maximum depth', async () => {
    const nest = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    for (const depth of [100, 5_000, 50_000]) {
      expectProblem(await post('/api/v1/ping', nest(depth)), 400, 'malformed_json');
    }
    await post('/api/v1/ping', nest(99)).expect(200);
    await post('/api/v1/ping', JSON.stringify({ text: '[{'.repeat(1_000) })).expect(200);
  });

  it('rejects a body over 100 KiB, and accepts one of exactly 100 KiB', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
    expect(bodyOf(1_000)).toHaveLength(1_000);
    for (const bytes of [100 * 1_024 + 1, 2 * 1_024 * 1_024]) {
      const response = await post('/api/v1/ping', bodyOf(bytes));
      expectProblem(response, 413, 'payload_too_large');
      expect(policyAndRemaining(response)).toBeNull();
    }
    await post('/api/v1/ping', bodyOf(100 * 1_024)).expect(200);
  });

  it('accepts bodies as application/json only', async () => {
    for (const type of OTHER_TYPES) {
      for (const path of [
        '/api/v1/api-keys',
        '/api/v1/ping',
        '/api/v1/auth/sign-in',
        '/api/v1/auth/sign-out',
      ]) {
        expectProblem(await post(path, '{"name":"x"}', type), 415, 'unsupported_media_type');
      }
    }
    const form = app.http
      .post('/api/v1/auth/sign-in')
      .type('form')
      .send({ email: caller.user.email, password: 'x' });
    expectProblem(await form, 415, 'unsupported_media_type');
    const packed = post('/api/v1/ping', '{}').set('Content-Encoding', 'gzip');
    expectProblem(await packed, 415, 'unsupported_media_type');
    for (const type of [
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/json;charset="UTF-8"',
    ]) {
      await post('/api/v1/ping', '{"a":1}', type).expect(200);
    }
  });

  it('treats a missing body as empty if every field is optional', async () => {
    const request = () => app.http.post('/api/v1/ping').set('X-API-Key', caller.key);
    expect((await request().expect(200)).body).toMatchObject({ echo: {} });
    expect((await request().type('json').expect(200)).body).toMatchObject({ echo: {} });
    expectFieldErrors(await app.http.post('/api/v1/api-keys').set('X-API-Key', caller.key), 'name');
    expectFieldErrors(await app.http.post('/api/v1/auth/sign-in'), 'email', 'password');
  });

  it('echoes the sent JSON unchanged', async () => {
    const echo = {
      toString: 'x',
      constructor: 1,
      nested: { deep: [1, null, 'é🚀'] },
      '': '',
      ['key']: 'value',
    };
    const response = await post('/api/v1/ping', JSON.stringify(echo)).expect(200);
    expect((response.body as { echo: unknown }).echo).toEqual(echo);
  });

  it('treats an empty body as missing, whatever its content type', async () => {
    const { key } = caller;
    const head = ['POST /api/v1/ping HTTP/1.1', 'Host: x', `X-API-Key: ${key}`, 'Connection: close'];
    const types = [
      ...OTHER_TYPES,
      'application/json',
      'application/x-www-form-urlencoded; charset=UTF-8',
      '',
    ];
    for (const type of types) {
      const typed = [...head, `Content-Type: ${type}`];
      const stated = await sendRaw(app.url, [...typed, 'Content-Length: 0', '', ''].join('\r\n'));
      expect([type, stated.status]).toEqual([type, 200]);
      expect(stated.text).toContain('"echo":{},');
    }
    for (const type of types.filter((each) => each !== 'nonsense' && each !== '')) {
      const chunked = [...head, `Content-Type: ${type}`, 'Transfer-Encoding: chunked', '', '0', '', ''];
      expect([type, (await sendRaw(app.url, chunked.join('\r\n'))).status]).toEqual([type, 200]);
    }
    const packed = [
      ...head,
      'Content-Type: application/json',
      'Content-Encoding: gzip',
      'Content-Length: 0',
      '',
      '',
    ];
    expect((await sendRaw(app.url, packed.join('\r\n'))).status).toBe(200);
    const unknown = app.http.post('/api/v1/api-keys/000000000000/revoke').set('X-API-Key', key).type('form');
    expectProblem(await unknown, 404, 'api_key_not_found');
  });

  it('echoes numbers and whitespace byte for byte', async () => {
    const bodies = [
      '{"id": 9007199254740993}',
      '{"a":1.10,"b":1e400,"c":-0,"d":0.1000000000000000055511151231257827}',
      '{ "a" :\t[ 1 ,\n2 ] }',
      '{"a":1,"a":2}',
      '{"é":"\\u00e9 🚀 \\/ \\ud83d"}',
      '{}',
    ];
    for (const body of bodies) {
      const { text } = await post('/api/v1/ping', body).expect(200);
      expect(text.startsWith(`{"message":"pong","echo":${body},"user":{"id":"${caller.user.id}"`)).toBe(true);
      expect(JSON.parse(text)).toMatchObject({
        message: 'pong',
        apiKey: { name: expect.any(String) as string },
      });
    }
    const spaced = await post('/api/v1/ping', ' {"a":1}\n').expect(200);
    expect((spaced.body as { echo: unknown }).echo).toEqual({ a: 1 });
    expect(spaced.headers['content-type']).toBe('application/json; charset=utf-8');
    for (const body of ['[1]', '1', 'null', '"x"', '{"a":1}x'])
      expect((await post('/api/v1/ping', body)).status).toBe(400);
  });

  it('accepts any email and password at sign-in, and reveals nothing', async () => {
    const { email } = caller.user;
    const invalid = [
      "' OR 1=1 --",
      `${email}' --`,
      '"; DROP TABLE users; --',
      '',
      'x'.repeat(90_000),
      '\ud800',
      'a\u0000b',
      '%',
      '_'.repeat(20),
    ];
    const problems = [];
    for (const text of invalid) {
      problems.push(
        expectProblem(await signIn({ email: text, password: "' OR '1'='1" }), 401, 'sign_in_failed'),
      );
      problems.push(expectProblem(await signIn({ email, password: text }), 401, 'sign_in_failed'));
      app.clock.advance(60_000);
    }
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
  });

  it("rejects cross-site requests with a user's cookie", async () => {
    const request = (fields: Record<string, string>) =>
      app.http.post('/api/v1/api-keys').set('Cookie', cookie).set(fields).send({ name: 'Forged' });
    const host = new URL(app.url).host;
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': '' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: app.url },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://${host}.evil.example` },
      { Origin: `http://evil.example/${host}` },
      { Origin: 'http://localhost:1' },
    ];
    for (const fields of foreign) {
      const response = await request(fields);
      expectProblem(response, 403, 'cross_site_request');
      const signIn = app.http.post('/api/v1/auth/sign-in').set(fields);
      const { email } = caller.user;
      const forced = await signIn.send({ email, password: 'a long enough password' });
      expectProblem(forced, 403, 'cross_site_request');
      expect(forced.headers['set-cookie']).toBeUndefined();
      expectProblem(
        await app.http.post('/api/v1/auth/sign-out').set('Cookie', cookie).set(fields),
        403,
        'cross_site_request',
      );
    }
  });

  it('allows same-site requests, requests of programs and reads', async () => {
    const host = new URL(app.url).host;
    const own: Record<string, string>[] = [
      {},
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: app.url },
      { Origin: `https://${host}` },
      { Origin: 'http://localhost:0' },
    ];
    for (const fields of own) {
      await app.http.post('/api/v1/ping').set('Cookie', cookie).set(fields).send({}).expect(200);
    }
    const fields = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    await app.http.post('/api/v1/ping').set('X-API-Key', caller.key).set(fields).send({}).expect(200);
    await app.http.get('/api/v1/me').set('Cookie', cookie).set(fields).expect(200);
    expectProblem(
      await app.http.post('/api/v1/ping').set('X-API-Key', '').set(fields),
      403,
      'cross_site_request',
    );
  });
});
