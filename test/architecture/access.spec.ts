import { Controller, Get, Module, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AnyCaller, Public } from '../../src/common/access/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { routesOf, type Route } from '../support/routes.js';

let calls = 0;

@Controller('forgotten')
class ForgottenController {
  @Get()
  show(): string {
    calls++;
    return 'open';
  }

  @Post()
  change(): string {
    calls++;
    return 'open';
  }
}

@Public()
@Controller('half-forgotten')
class NarrowedController {
  @AnyCaller()
  @Get()
  show(): string {
    return 'for callers';
  }
}

@Module({ controllers: [ForgottenController, NarrowedController] })
class ForgottenModule {}

describe('every route of the service', () => {
  let app: TestApp;
  let routes: Route[];

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule] });
    routes = routesOf(app);
  });

  afterAll(() => app.stop());

  it('is found, as the HTTP server knows it', async () => {
    expect(routes.length).toBeGreaterThan(15);
    const server = app.nest.getHttpAdapter().getInstance() as {
      hasRoute(route: { method: string; url: string }): boolean;
    };
    const unknown = routes.filter(
      ({ method, path }) => !server.hasRoute({ method, url: path.replace(/\{(\w+)\}/g, ':$1') }),
    );
    expect(unknown).toEqual([]);
  });

  it('says who may use it', () => {
    expect(routes.filter(({ access }) => access === null).map(({ name }) => name)).toEqual([]);
  });

  it('is open to nobody without a caller but sign-in and health', () => {
    const open = routes
      .filter(({ access }) => access?.isPublic)
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /health/live',
      'GET /health/ready',
      'POST /api/v1/auth/sign-in',
      'POST /api/v1/auth/sign-out',
      'POST /api/v1/auth/sign-up',
    ]);
  });

  it('counts in a budget, except health', () => {
    const uncounted = routes.filter(({ access }) => !access?.isCounted).map(({ path }) => path);
    expect(uncounted.sort()).toEqual(['/health/live', '/health/ready']);
  });

  it('is for admins exactly where its path says so', () => {
    const forAdmins = routes.filter(({ access }) => access?.roles?.join() === 'admin');
    expect(forAdmins.length).toBeGreaterThan(4);
    expect(forAdmins).toEqual(routes.filter(({ path }) => path.startsWith('/api/v1/admin/')));
  });

  it('is closed to keys where a person manages the own account', () => {
    const forPeople = routes.filter(
      ({ access }) => access && !access.isPublic && !access.methods.includes('api_key'),
    );
    expect(forPeople.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /api/v1/me/sessions',
      'PATCH /api/v1/me',
      'POST /api/v1/me/password',
      'POST /api/v1/me/sessions/revoke-others',
    ]);
  });

  it('is closed to a temporary password, except what it takes to change it', () => {
    const open = routes.filter(({ access }) => access?.allowsTemporaryPassword);
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /api/v1/me',
      'POST /api/v1/me/password',
    ]);
  });

  it('refuses nobody with 401, whatever is sent along', async () => {
    for (const { method, path, access } of routes.filter((route) => !route.access?.isPublic)) {
      const url = path.replace(/\{\w+\}/g, '0123456789AB') + '?key=chm_0123456789AB';
      const answer = await app.http[method.toLowerCase() as 'get'](url).set('Authorization', 'Bearer x');
      expect({ path, status: answer.status, code: answer.body.code as unknown, access }).toEqual({
        path,
        status: 401,
        code: 'credentials_missing',
        access,
      });
    }
  });
});

describe('a route that says nothing', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!, { imports: [DiscoveryModule, ForgottenModule] });
  });

  afterAll(() => app.stop());

  it('is named by the walk over all routes', () => {
    const undecorated = routesOf(app).filter(({ access }) => access === null);
    expect(undecorated.map(({ method, path, name }) => `${method} ${path} ${name}`)).toEqual([
      'GET /api/v1/forgotten ForgottenController.show',
      'POST /api/v1/forgotten ForgottenController.change',
    ]);
  });

  it.each(['get', 'post'] as const)('is closed to everybody: %s', async (method) => {
    const { key } = await app.createCaller('admin');
    const cookie = await app.signIn('root@example.com');

    const nobody = await app.http[method]('/api/v1/forgotten').expect(401);
    expect(nobody.body).toMatchObject({ code: 'credentials_missing' });
    const program = await app.http[method]('/api/v1/forgotten').set('X-API-Key', key).expect(403);
    expect(program.body).toMatchObject({ code: 'forbidden' });
    const admin = await app.http[method]('/api/v1/forgotten').set('Cookie', cookie).expect(403);
    expect(admin.body).toMatchObject({ code: 'forbidden' });
    expect(calls).toBe(0);
  });

  it('cannot hide behind its class: the decorator on a method decides', async () => {
    await app.http.get('/api/v1/half-forgotten').expect(401);
  });
});
