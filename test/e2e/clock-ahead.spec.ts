import { UsageRecorder } from '../../src/modules/usage/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectProblem } from '../support/problem.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const TWO_YEARS = 2 * 365;

onEachDatabase((kind) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(kind);
  });

  afterAll(() => app.stop());

  /** Runs the work with a clock that is this many days ahead, and then corrects the clock. */
  async function ahead<T>(days: number, work: () => Promise<T>): Promise<T> {
    app.clock.advance(days * DAY_MS);
    try {
      return await work();
    } finally {
      app.clock.advance(-days * DAY_MS);
    }
  }

  const use = async (key: string) => {
    await app.http.post('/api/v1/ping').set('X-API-Key', key).send({}).expect(200);
    await app.nest.get(UsageRecorder).flush();
  };

  it('treats a last use in the future as none', async () => {
    const { user, id, key } = await app.createCaller();
    await ahead(TWO_YEARS, () => use(key));
    await use(key);
    const cookie = await app.signIn(user.email);
    const { body } = await app.http.get(`/api/v1/api-keys/${id}`).set('Cookie', cookie).expect(200);
    expect(Math.abs(Date.parse(body.lastUsedAt as string) - app.clock.nowMs())).toBeLessThan(60_000);
  });

  it('finds and counts a key as unused if its last use is in the future', async () => {
    const admin = await app.createCaller('admin');
    const { id, key } = await app.createCaller();
    await ahead(TWO_YEARS, () => use(key));
    const get = async (path: string) =>
      (await app.http.get(`/api/v1/admin/${path}`).set('X-API-Key', admin.key).expect(200)).body;
    const unused = async () =>
      ((await get('api-keys?unusedForDays=90')) as { data: { id: string }[] }).data.map((found) => found.id);
    expect(await unused()).not.toContain(id);
    await ahead(91, async () => {
      expect(await unused()).toContain(id);
      const { unusedFor90Days } = ((await get('stats')) as { apiKeys: { unusedFor90Days: number } }).apiKeys;
      expect(unusedFor90Days).toBe((await unused()).length);
      await use(key);
      expect(await unused()).not.toContain(id);
    });
  });

  it('forgets a request recorded two years ahead once the clock is correct', async () => {
    const { email } = await app.createUser();
    const create = async () => {
      const cookie = await app.signIn(email);
      return app.http
        .post('/api/v1/api-keys')
        .set({ Cookie: cookie, 'Idempotency-Key': 'once' })
        .send({ name: 'Made once' });
    };
    expect((await ahead(TWO_YEARS, create)).status).toBe(201);
    expect((await create()).status).toBe(201);
    expectProblem(await create(), 409, 'already_created');
  });

  it('ends a session that begins two years ahead, and allows signing in again', async () => {
    const user = await app.createUser();
    const cookie = await ahead(TWO_YEARS, () => app.signIn(user.email));
    expectProblem(await app.http.get('/api/v1/me').set('Cookie', cookie), 401, 'session_expired');
    const next = await app.signIn(user.email);
    const { body } = await app.http.get('/api/v1/me/sessions').set('Cookie', next).expect(200);
    expect(body.data).toHaveLength(1);
  });

  it('ends a session last used two years ahead after a week without use', async () => {
    const user = await app.createUser();
    const cookie = await app.signIn(user.email);
    const me = () => app.http.get('/api/v1/me').set('Cookie', cookie);
    // A week is enough, because a session lasts only thirty days.
    await ahead(6, async () => me().expect(200));
    await me().expect(200);
    await ahead(7.1, async () => expectProblem(await me(), 401, 'session_expired'));
  });
});
