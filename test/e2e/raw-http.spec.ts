import { DiscoveryModule } from '@nestjs/core';
import { parseEnv } from '../../src/settings/index.js';
import { apiHeaders, docsHeaders, pageHeaders } from '../../src/http-server/headers/response-headers.js';
import { TestApp } from '../support/app.js';
import { onOneDatabase } from '../support/databases.js';
import { policyAndRemaining, expectProblem } from '../support/problem.js';
import { sendRaw } from '../support/raw.js';
import { routesOf } from '../support/routes.js';

/** Matches the paths of a route. Its parameters stand for any part of a path. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

onOneDatabase((kind) => {
  let app: TestApp;
  let caller: Awaited<ReturnType<TestApp['createCaller']>>;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000' },
      imports: [DiscoveryModule],
    });
    caller = await app.createCaller();
  });

  afterAll(() => app.stop());

  const request = (first: string, ...headers: string[]) =>
    sendRaw(app.url, [first, ...headers, 'Connection: close', '', ''].join('\r\n'));
  const get = (path: string, ...headers: string[]) =>
    request(`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers);

  it("gives every response its own request id, never the client's", async () => {
    const { key } = caller;
    for (const [path, status] of [
      ['/api/v1/me', 200],
      ['/api/v1/nowhere', 404],
      ['/health/live', 200],
    ] as const) {
      const request = () =>
        app.http.get(path).set('X-API-Key', key).set('X-Request-Id', 'mine').set('Request-Id', 'mine');
      const ids = [
        (await request().expect(status)).headers['x-request-id'],
        (await request().expect(status)).headers['x-request-id'],
      ];
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      expect(ids[0]).not.toBe(ids[1]);
    }
    const rejected = await app.http.get('/api/v1/me').set('X-Request-Id', 'mine');
    expect(expectProblem(rejected, 401, 'credentials_missing').requestId).not.toBe('mine');
  });

  it('responds to unknown paths with 404, for every method', async () => {
    const { key } = caller;
    const paths = [
      '/api/v1/nowhere',
      '/api/v1',
      '/api/v1/',
      '/api',
      '/api/v2/me',
      '/health',
      '/health/x',
      '/api/v1/api-keys/a/b/c',
      '/api/v1/me/',
      '/api/v1//me',
      '/API/V1/ME',
    ];
    for (const path of paths) {
      expectProblem(await app.http.get(path).set('X-API-Key', key), 404, 'not_found');
      expectProblem(await app.http.post(path).set('X-API-Key', key), 404, 'not_found');
      expectProblem(await app.http.options(path), 404, 'not_found');
    }
    expectProblem(await get('/api/v1/../../etc/passwd'), 404, 'not_found');
  });

  it('responds to an unsupported method with 405 and the supported methods, before any other check', async () => {
    const methodsOf = new Map<string, Set<string>>();
    const routes = routesOf(app);
    for (const { path } of routes) {
      const existing = path.replaceAll(/\{\w+\}/g, 'x');
      // A path without parameters can also match a route with parameters, for example `/api-keys/create`.
      const matching = routes.filter((route) => patternOf(route.path).test(existing));
      const methods = matching.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      methodsOf.set(existing, new Set(methods));
    }
    expect(methodsOf.size).toBeGreaterThan(50);
    for (const [path, methods] of methodsOf) {
      const allowed = [...methods, 'OPTIONS'].sort();
      const allowOf = ({ headers }: { headers: Record<string, unknown> }) =>
        String(headers['allow']).split(', ').sort();
      const options = await app.http.options(path).expect(204);
      expect([path, allowOf(options), policyAndRemaining(options)]).toEqual([path, allowed, null]);
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'].filter(
        (each) => !methods.has(each),
      )) {
        const response = await request(
          `${method} ${path}?x=1 HTTP/1.1`,
          'Host: localhost',
          // None of these is checked.
          'X-API-Key: junk',
          'Sec-Fetch-Site: cross-site',
          'Content-Type: nonsense',
          'Content-Length: 0',
        );
        expect([path, method, response.status, allowOf(response), policyAndRemaining(response)]).toEqual([
          path,
          method,
          405,
          allowed,
          null,
        ]);
        if (/^\/(?:api|health)\//.test(path) && method !== 'HEAD')
          expectProblem(response, 405, 'method_not_allowed');
      }
    }
  });

  it('explains how to revoke a key in response to DELETE', async () => {
    const revoke = /POST request to \/api\/v1\/api-keys\/0123456789AB\/revoke/;
    const deletion = await app.http.delete('/api/v1/api-keys/0123456789AB?x=1');
    expect(expectProblem(deletion, 405, 'method_not_allowed').detail).toMatch(revoke);
    const other = await app.http.put('/api/v1/api-keys/0123456789AB');
    expect(expectProblem(other, 405, 'method_not_allowed').detail).not.toMatch(revoke);
    const inPath = await app.http.delete(`/api/v1/api-keys/${caller.key}`);
    expect(expectProblem(inPath, 405, 'method_not_allowed').detail).not.toContain(caller.key);
    expectProblem(await app.http.delete(`/api/v1/api-keys/${'x'.repeat(2_000)}`), 405, 'method_not_allowed');
    const page = await app.http.put('/api-keys').set('Accept-Language', 'en').expect(405);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['allow']).toBe('GET, HEAD, OPTIONS');
  });

  it('reads no body if the route does not support the method', async () => {
    const large = await app.http
      .put('/api/v1/ping')
      .type('json')
      .send(`{"a":"${'x'.repeat(200_000)}"}`);
    expectProblem(large, 405, 'method_not_allowed');
    expectProblem(await app.http.put('/api/v1/ping').type('json').send('{'), 405, 'method_not_allowed');
  });

  it('responds to HEAD like GET, without a body', async () => {
    const response = await app.http.head('/api/v1/me').set('X-API-Key', caller.key).expect(200);
    expect(response.text).toBeUndefined();
    expect(response.headers['ratelimit']).toMatch(/^"standard";r=\d+;t=\d+$/);
    expect(response.headers['cache-control']).toBe('no-store');
    const rejected = await app.http.head('/api/v1/me').expect(401);
    expect(rejected.headers['www-authenticate']).toBe('ApiKey realm="chameleon"');
    expect(rejected.headers['content-type']).toMatch(/^application\/problem\+json/);
    await app.http.head('/api/v1/nowhere').expect(404);
    await app.http.head('/health/ready').expect(200);
  });

  it('rejects two keys in one request, even the same key twice', async () => {
    const { key } = caller;
    const other = await app.createCaller();
    for (const [first, second] of [
      [key, other.key],
      [key, key],
      ['junk', key],
    ]) {
      const response = await get('/api/v1/me', `X-API-Key: ${first}`, `x-api-key: ${second}`);
      expectProblem(response, 401, 'api_key_not_found');
    }
    expect((await get('/api/v1/me', `X-API-Key:   ${key}  `)).status).toBe(200);
  });

  it('rejects a URL that cannot be decoded', async () => {
    for (const path of [
      '/api/v1/api-keys/%',
      '/api/v1/api-keys/%zz',
      '/api/v1/api-keys/%ff',
      '/api/v1/%c0%ae',
      '/health/%',
    ]) {
      expectProblem(await get(path, `X-API-Key: ${caller.key}`), 400, 'malformed_request');
    }
  });

  it('rejects headers that are too large', async () => {
    expectProblem(await get('/api/v1/me', `X-Padding: ${'x'.repeat(20_000)}`), 431, 'malformed_request');
    expectProblem(await get('/api/v1/me', `X-API-Key: ${'x'.repeat(20_000)}`), 431, 'malformed_request');
    expectProblem(await get(`/api/v1/me?${'x'.repeat(20_000)}`), 431, 'malformed_request');
  });

  it('rejects HTTP/1.1 requests without Host, but accepts older HTTP versions', async () => {
    expectProblem(
      await request('GET /api/v1/me HTTP/1.1', `X-API-Key: ${caller.key}`),
      400,
      'malformed_request',
    );
    expectProblem(await request('GET /health/live HTTP/1.1'), 400, 'malformed_request');
    expectProblem(await request('GET /api/v1/nowhere HTTP/1.1'), 400, 'malformed_request');
    expect((await request('GET /api/v1/me HTTP/1.0', `X-API-Key: ${caller.key}`)).status).toBe(200);
  });

  it('rejects an invalid Host and more than one Host', async () => {
    const key = `X-API-Key: ${caller.key}`;
    for (const host of [
      'a b',
      'a/b',
      'user@host',
      'http://localhost',
      'a,b',
      '[::1',
      'a:b',
      'a:1:2',
      'exa%mple',
      '<x>',
      '',
    ]) {
      // Twice, because checked Host values are cached.
      await request('GET /api/v1/me HTTP/1.1', `Host: ${host}`, key);
      const response = await request('GET /api/v1/me HTTP/1.1', `Host: ${host}`, key);
      if (host === 'a,b') expect(response.status).toBe(200);
      else
        expect([host, expectProblem(response, 400, 'malformed_request').detail]).toEqual([
          host,
          expect.stringMatching(/Host/),
        ]);
    }
    expect((await request('GET /api/v1/me HTTP/1.1', 'Host: a', 'X-Name: host', key)).status).toBe(200);
    for (const version of ['1.1', '1.0'])
      for (const hosts of [
        ['Host: localhost', 'Host: evil.example'],
        ['Host: localhost', 'host: localhost'],
        ['HOST: ', 'Host: localhost'],
      ])
        expectProblem(
          await request(`GET /api/v1/me HTTP/${version}`, ...hosts, key),
          400,
          'malformed_request',
        );
    expect((await request('GET /sign-in HTTP/1.1', 'Host: a', 'Host: b')).status).toBe(400);
    for (const host of [
      'localhost',
      'api_server:3000',
      '127.0.0.1:80',
      '[::1]:3000',
      '[2001:db8::1]',
      'xn--bcher-kva.example.',
      'localhost:',
    ])
      expect([host, (await request('GET /api/v1/me HTTP/1.1', `Host: ${host}`, key)).status]).toEqual([
        host,
        200,
      ]);
  });

  it('rejects data that is not HTTP', async () => {
    const { key } = caller;
    const noise = [
      'hello\r\n\r\n',
      'GET /api/v1/me HTTP/9.9\r\nHost: x\r\n\r\n',
      'GET /api/v1/me HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n',
      `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nBad\u0000Name: x\r\n\r\n`,
      'POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
      'POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      'POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      'POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ];
    for (const bytes of noise) {
      const response = await sendRaw(app.url, bytes);
      expectProblem(response, 400, 'malformed_request');
      expect(response.text).not.toContain(key);
    }
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
  });

  it('rejects a body that is not UTF-8', async () => {
    const head = `POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nX-API-Key: ${caller.key}\r\nContent-Type: application/json\r\n`;
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const bytes = Buffer.concat([
      Buffer.from(`${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`),
      body,
    ]);
    expectProblem(await sendRaw(app.url, bytes), 400, 'malformed_json');
  });

  it('ignores an unknown Expect header', async () => {
    expect((await get('/api/v1/me', `X-API-Key: ${caller.key}`, 'Expect: the-unexpected')).status).toBe(200);
  });

  it('handles pipelined requests in order and independently', async () => {
    const { key } = caller;
    const body = '{"a":1}';
    const requests = [
      `POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      'GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`,
    ];
    const { status, text } = await sendRaw(app.url, requests.join(''));
    const others = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code]) => Number(code));
    expect([status, ...others]).toEqual([200, 404, 401, 200]);
    expect(text).toMatch(/^\{"message":"pong","echo":\{"a":1\}/);
  });

  it('reads a chunked body', async () => {
    const pieces = [...JSON.stringify({ a: 'x'.repeat(500) })].map((letter) => `1\r\n${letter}\r\n`).join('');
    const response = await sendRaw(
      app.url,
      `POST /api/v1/ping HTTP/1.1\r\nHost: x\r\nX-API-Key: ${caller.key}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${pieces}0\r\n\r\n`,
    );
    expect(response.status).toBe(200);
  });

  it('ignores forged Host and protocol headers', async () => {
    const response = await sendRaw(
      app.url,
      'POST /api/v1/api-keys HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n' +
        `X-API-Key: ${caller.key}\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"name":"x"}`,
    );
    expect(response.status).toBe(201);
    expect(JSON.stringify(response)).not.toContain('evil.example');
    expect(response.headers['location']).toMatch(/^\/api\/v1\/api-keys\/\w{12}$/);
  });

  it('sends security headers with every response', async () => {
    const settings = parseEnv({});
    for (const [headers, responses] of [
      [
        apiHeaders(settings),
        [
          await app.http.get('/api/v1/me').set('X-API-Key', caller.key).expect(200),
          await app.http.get('/api/v1/x').expect(404),
          await app.http.get('/api/openapi.json').expect(200),
          await app.http.get('/health/live').expect(200),
          await get('/api/v1/%zz'),
          await sendRaw(app.url, 'no HTTP\r\n\r\n'),
        ],
      ],
      [docsHeaders(settings), [await app.http.get('/api/docs').expect(200)]],
      [
        pageHeaders(settings),
        [await app.http.get('/sign-in').expect(200), await app.http.get('/nowhere').expect(404)],
      ],
    ] as const) {
      for (const response of responses) {
        expect(response.headers).toMatchObject(headers);
        expect(response.headers['x-powered-by']).toBeUndefined();
        expect(response.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
    expect((await app.http.get('/api/v1/x')).headers['vary']).toBeUndefined();
  });
});
