import { Controller, Get, Module, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Authenticated, Public } from '../../src/common/access/index.js';
import { LANGUAGES } from '../../src/modules/console/i18n/languages.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';
import { routesOf, type Route } from '../support/routes.js';

let requests = 0;

@Controller('forgotten')
class ForgottenController {
  @Get()
  show(): string {
    requests++;
    return 'open';
  }

  @Post()
  change(): string {
    requests++;
    return 'open';
  }
}

@Public()
@Controller('half-forgotten')
class NarrowedController {
  @Authenticated()
  @Get()
  show(): string {
    return 'for callers';
  }
}

@Module({ controllers: [ForgottenController, NarrowedController] })
class ForgottenModule {}

/** Console pages; the access rules are the same in every language. */
const isPage = ({ path }: Route): boolean => !/^\/(api|health)\//.test(path);
const PREFIX = `/(?:${LANGUAGES.slice(1).join('|')})`;
const isTranslated = ({ path }: Route): boolean => new RegExp(`^${PREFIX}(/|$)`).test(path);

describe('every route of the service', () => {
  let app: TestApp;
  let routes: Route[];

  beforeAll(async () => {
    const env = { RATE_LIMIT_ANONYMOUS: '1000' };
    app = await TestApp.start(DATABASES[0]!, { env, imports: [DiscoveryModule] });
    routes = routesOf(app);
  });

  afterAll(() => app.stop());

  it('is registered with the HTTP server', async () => {
    expect(routes.length).toBeGreaterThan(15);
    const server = app.nest.getHttpAdapter().getInstance() as {
      hasRoute(route: { method: string; url: string }): boolean;
    };
    const unknown = routes.filter(
      ({ method, path }) => !server.hasRoute({ method, url: path.replace(/\{(\w+)\}/g, ':$1') }),
    );
    expect(unknown).toEqual([]);
  });

  it('declares who may use it', () => {
    expect(routes.filter(({ access }) => access === null).map(({ name }) => name)).toEqual([]);
  });

  it('requires authentication, except sign-in, help and health', () => {
    const open = routes
      .filter((route) => route.access?.isPublic && !isTranslated(route))
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /',
      'GET /.well-known/security.txt',
      'GET /assets/{version}/{name}',
      'GET /favicon.ico',
      'GET /health/live',
      'GET /health/ready',
      'GET /help',
      'GET /robots.txt',
      'GET /sign-in',
      'GET /sign-up',
      'POST /api/v1/auth/sign-in',
      'POST /api/v1/auth/sign-out',
      'POST /api/v1/auth/sign-up',
      'POST /language',
      'POST /sign-in',
      'POST /sign-out',
      'POST /sign-up',
    ]);
  });

  it('has the same rule in every language', () => {
    const rule = ({ name, method, access }: Route) => JSON.stringify([name, method, access]);
    const translated = routes.filter(isTranslated);
    const english = routes.filter((route) => isPage(route) && !isTranslated(route));
    const rules = english
      .filter(({ path }) => !/^\/(assets\/|\.well-known\/|favicon\.ico$|robots\.txt$)/.test(path))
      .map(rule);
    expect(rules.length).toBeGreaterThan(30);
    const inAll = rules.flatMap((each) => LANGUAGES.slice(1).map(() => each));
    expect(translated.map(rule).sort()).toEqual(inAll.sort());
  });

  it('counts against a rate limit, except health checks and files', () => {
    const uncounted = routes.filter(({ access }) => !access?.isCounted).map(({ path }) => path);
    expect(uncounted.sort()).toEqual([
      '/.well-known/security.txt',
      '/assets/{version}/{name}',
      '/favicon.ico',
      '/health/live',
      '/health/ready',
      '/robots.txt',
    ]);
  });

  it('responds to security.txt with 404 if no contact is set', async () => {
    const response = await app.http.get('/.well-known/security.txt');
    expect([response.status, response.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('requires an admin exactly if its path says so', () => {
    const forAdmins = routes.filter(({ access }) => access?.roles?.join() === 'admin');
    expect(forAdmins.length).toBeGreaterThan(4);
    expect(forAdmins).toEqual(
      routes.filter(({ path }) => new RegExp(`^(/api/v1|${PREFIX})?/admin(/|$)`).test(path)),
    );
  });

  it("rejects keys where users manage their account or set another user's password", () => {
    const forSessions = routes.filter(
      ({ access }) => access && !access.isPublic && !access.methods.includes('api_key'),
    );
    expect(forSessions.filter(isPage)).toEqual(
      routes.filter((route) => isPage(route) && !route.access?.isPublic),
    );
    expect(
      forSessions
        .filter((route) => !isPage(route))
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      'DELETE /api/v1/me/sessions/{id}',
      'GET /api/v1/me/sessions',
      'PATCH /api/v1/me',
      'POST /api/v1/admin/users/{id}/reset-password',
      'POST /api/v1/me/password',
      'POST /api/v1/me/sessions/revoke-others',
    ]);
  });

  it('rejects a temporary password, except on the routes that replace it', () => {
    const open = routes.filter((route) => route.access?.allowsTemporaryPassword && !isTranslated(route));
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /account/password',
      'GET /api/v1/me',
      'POST /account/password',
      'POST /api/v1/me/password',
    ]);
  });

  it('redirects unauthenticated page requests to sign-in, and from there back to the page', async () => {
    for (const { method, path, access } of routes.filter(isPage)) {
      if (access?.isPublic) continue;
      const url = path.replace(/\{\w+\}/g, '0123456789AB');
      const response = await app.http[method.toLowerCase() as 'get'](url);
      const [language = '', next] = new RegExp(`^(${PREFIX}(?=/|$))?(/.*)$`).exec(url)!.slice(1);
      const signIn = `${language}/sign-in?next=${encodeURIComponent(next!)}`;
      expect({ path, status: response.status, location: response.headers['location'] }).toEqual({
        path,
        status: 303,
        location: signIn,
      });
    }
  });

  it('rejects unauthenticated API requests with 401, whatever else they contain', async () => {
    for (const { method, path, access } of routes.filter((route) => !isPage(route))) {
      if (access?.isPublic) continue;
      const url = path.replace(/\{\w+\}/g, '0123456789AB') + '?key=chm_0123456789AB';
      const response = await app.http[method.toLowerCase() as 'get'](url).set('Authorization', 'Bearer x');
      expect({ path, status: response.status, code: response.body.code as unknown, access }).toEqual({
        path,
        status: 401,
        code: 'credentials_missing',
        access,
      });
    }
  });
});

describe('a route without an access decorator', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule, ForgottenModule] });
  });

  afterAll(() => app.stop());

  it('is found by the check of all routes', () => {
    const undecorated = routesOf(app).filter(({ access }) => access === null);
    expect(undecorated.map(({ method, path, name }) => `${method} ${path} ${name}`)).toEqual([
      'GET /api/v1/forgotten ForgottenController.show',
      'POST /api/v1/forgotten ForgottenController.change',
    ]);
  });

  it.each(['get', 'post'] as const)('denies everyone: %s', async (method) => {
    const { key } = await app.createCaller('admin');
    const cookie = await app.signIn('root@example.com');

    const request = () => app.http[method]('/api/v1/forgotten');
    expectProblem(await request(), 401, 'credentials_missing');
    expectProblem(await request().set('X-API-Key', key), 403, 'forbidden');
    expectProblem(await request().set('Cookie', cookie), 403, 'forbidden');
    expect(requests).toBe(0);
  });

  it('is not covered by a decorator on its class if the method has its own', async () => {
    await app.http.get('/api/v1/half-forgotten').expect(401);
  });
});
