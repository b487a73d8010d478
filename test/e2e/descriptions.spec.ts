import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { expectFieldErrors, expectProblem } from '../support/problem.js';

const KEY = 'acme_zZ9yY8xX7wW6_vVuUtTsSrRqQpPoOnNmMlLkKjJiIhH4CNe2X';

onEachDatabase((kind) => {
  let app: TestApp;
  let key: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_STANDARD: '100000' } });
    ({ key } = await app.createCaller());
  });

  afterAll(() => app.stop());

  const send = (method: 'get' | 'post' | 'patch', path: string) =>
    app.http[method](`/api/v1/api-keys${path}`).set('X-API-Key', key);
  const create = (body: object) => send('post', '').send({ name: 'Key', ...body });
  const created = async (body: object) => (await create(body).expect(201)).body as { id: string };
  const update = (id: string, body: object) => send('patch', `/${id}`).send(body);

  it('appears wherever the key appears', async () => {
    const { id, ...apiKey } = await created({ description: 'Who: ops\nWhy: backups' });
    const expected = { description: 'Who: ops\nWhy: backups' };
    expect(apiKey).toMatchObject(expected);
    expect((await send('get', `/${id}`).expect(200)).body).toMatchObject(expected);
    expect((await send('get', '?limit=1').expect(200)).body).toMatchObject({ data: [{ id, ...expected }] });
    const admin = await app.signIn('root@example.com');
    const all = app.http.get('/api/v1/admin/api-keys?limit=1').set('Cookie', admin);
    expect((await all.expect(200)).body).toMatchObject({ data: [{ id, ...expected }] });
    expect((await send('post', `/${id}/revoke`).expect(200)).body).toMatchObject({ id, ...expected });
  });

  it('changes independently of the name, even on a revoked key, and null or blank text removes it', async () => {
    const { id } = await created({});
    await send('post', `/${id}/revoke`).expect(200);
    const cases: [object, object][] = [
      [{}, { name: 'Key', description: null }],
      [{ description: 'a' }, { name: 'Key', description: 'a' }],
      [{ name: 'New' }, { name: 'New', description: 'a' }],
      [{ description: null }, { name: 'New', description: null }],
      [
        { name: 'Both', description: 'b' },
        { name: 'Both', description: 'b' },
      ],
      [{ description: ' \r\n \t' }, { name: 'Both', description: null }],
      [{ description: '' }, { name: 'Both', description: null }],
    ];
    for (const [body, expected] of cases) {
      expect((await update(id, body).expect(200)).body).toMatchObject({ ...expected, status: 'revoked' });
      expect((await send('get', `/${id}`).expect(200)).body).toMatchObject(expected);
    }
  });

  it('is trimmed, and its line breaks become LF', async () => {
    for (const [text, description] of [
      [' \r\n a\r\nb \n\n c\r\n ', 'a\nb \n\n c'],
      ['\u200f x \u3000', 'x'],
      ['😀'.repeat(500), '😀'.repeat(500)],
      ['\r\n'.repeat(300) + 'x', 'x'],
      [`x${'\r\n'.repeat(498)}y`, `x${'\n'.repeat(498)}y`],
      ['   ', null],
      [null, null],
      [undefined, null],
    ])
      expect(await created({ description: text })).toMatchObject({ description });
  });

  it('is rejected if it is too long, is not plain text or contains an API key', async () => {
    const { id } = await created({ description: 'before' });
    const invalid = [
      'x'.repeat(501), 'a\rb', 'a\tb', 'a\0b', 'a\u202eb', 'a\u2028b', '\ud83d', '\u200b', `a\n${KEY}`, 1, true, ['a'], {},
    ]; // prettier-ignore
    for (const description of invalid) {
      expectFieldErrors(await create({ description }), 'description');
      expectFieldErrors(await update(id, { name: 'After', description }), 'description');
    }
    expect((await create({ description: 'a\tb' })).body).toMatchObject({
      errors: [{ code: 'invalid_text_characters' }],
    });
    expect((await send('get', `/${id}`).expect(200)).body).toMatchObject({
      name: 'Key',
      description: 'before',
    });
  });

  it('is part of the request that an Idempotency-Key stands for', async () => {
    const retry = (body: object) => create(body).set('Idempotency-Key', 'one');
    await retry({ description: 'a' }).expect(201);
    expectProblem(await retry({ description: ' a\r\n' }), 409, 'already_created');
    expectProblem(await retry({ description: 'b' }), 422, 'idempotency_key_reused');
    expectProblem(await retry({}), 422, 'idempotency_key_reused');
    await create({ description: ' ' }).set('Idempotency-Key', 'two').expect(201);
    expectProblem(await create({}).set('Idempotency-Key', 'two'), 409, 'already_created');
  });

  it("is not changed by other users, and hides another user's key", async () => {
    const { id } = await created({ description: 'mine' });
    const other = await app.createCaller();
    const denied = app.http.patch(`/api/v1/api-keys/${id}`).set('X-API-Key', other.key);
    expectProblem(await denied.send({ description: 'theirs' }), 404, 'api_key_not_found');
    expect((await send('get', `/${id}`).expect(200)).body).toMatchObject({ description: 'mine' });
  });
});
