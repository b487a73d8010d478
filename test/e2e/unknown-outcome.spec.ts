import { jest } from '@jest/globals';
import { Database, OutcomeUnknownError } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  afterAll(() => app.stop());
  afterEach(() => jest.restoreAllMocks());

  /** Fails the n-th write as if the connection had been lost during its commit. */
  function loseCommit(number: number): void {
    const database = app.nest.get(Database);
    const write = database.write.bind(database);
    let writes = 0;
    jest.spyOn(database, 'write').mockImplementation(async (...args: Parameters<Database['write']>) => {
      const result = await write(...args);
      if (++writes === number) throw OutcomeUnknownError.because(new Error('lost'));
      return result;
    });
  }

  it('mentions Idempotency-Key if it is unknown whether a key was created', async () => {
    const { key } = await app.createCaller();
    const create = () =>
      app.http
        .post('/api/v1/api-keys')
        .set({ 'X-API-Key': key, 'Idempotency-Key': 'once' })
        .send({ name: 'Robot' });
    loseCommit(2);
    const response = await create();
    expectProblem(response, 503, 'unavailable');
    expect(response.headers['retry-after']).toBe('1');
    expect((response.body as { detail: string }).detail).toMatch(
      /may or may not have been saved.*Idempotency-Key/,
    );
    expectProblem(await create(), 409, 'already_created');
  });

  it('says of any other change only that it may have happened', async () => {
    const { id, key } = await app.createCaller();
    loseCommit(1);
    const response = await app.http
      .patch(`/api/v1/api-keys/${id}`)
      .set('X-API-Key', key)
      .send({ name: 'Robot' });
    expectProblem(response, 503, 'unavailable');
    const { detail } = response.body as { detail: string };
    expect(detail).toMatch(/may or may not have been saved/);
    expect(detail).not.toMatch(/Idempotency-Key/);
  });
});
