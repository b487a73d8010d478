import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

const PATHS = ['/api/openapi.json', '/api/docs', '/api/docs/', '/api/docs/swagger-ui-bundle.js'];

describe('The API documents', () => {
  let app: TestApp;

  afterEach(() => app.stop());

  const footer = async () => {
    const { text } = await app.http.get('/sign-in').expect(200);
    return /<footer[^]*<\/footer>/.exec(text)![0];
  };

  it('are served by default, and the console links to them', async () => {
    app = await TestApp.start(DATABASES[0]!);
    for (const path of PATHS.slice(0, 2)) await app.http.get(path).expect(200);
    expect(await footer()).toContain('href="/api/docs"');
  });

  it('are like unknown paths with DOCS=off, and the console has no link to them', async () => {
    app = await TestApp.start(DATABASES[0]!, { env: { DOCS: 'off' } });
    const { headers } = await app.http.get('/api/unknown').expect(404);
    for (const path of PATHS) {
      const response = await app.http.get(path);
      expectProblem(response, 404, 'not_found');
      expect(Object.keys(response.headers).sort()).toEqual(Object.keys(headers).sort());
      expect(response.headers['content-security-policy']).toBe(headers['content-security-policy']);
    }
    expect(await footer()).not.toContain('/api/docs');
  });
});
