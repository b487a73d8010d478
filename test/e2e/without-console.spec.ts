// An application without the console module.
import { ConsoleModule } from '../../src/modules/console/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!, { without: ConsoleModule });
});

afterAll(() => app.stop());

it('serves the API, with errors as problem documents', async () => {
  const { key } = await app.createCaller();
  await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
  expectProblem(await app.http.get('/api/v1/me'), 401, 'credentials_missing');
  expectProblem(await app.http.get('/api/v1/nothing'), 404, 'not_found');
});

it.each(['/', '/sign-in', '/zh/help', '/nowhere'])(
  'responds with a problem document instead of a page at %s',
  async (path) => {
    const response = await app.http.get(path);
    expect(response.status).toBe(404);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.body).toMatchObject({ code: 'not_found', requestId: response.headers['x-request-id'] });
  },
);
