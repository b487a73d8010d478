// The list of a user's own keys: views, search, order, count, and the summary above it.
import { ApiKeysService, ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageRecorder } from '../../src/modules/usage/recording/usage.recorder.js';
import type { User } from '../../src/modules/users/index.js';
import { DataSource } from 'typeorm';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

const DAY_MS = 86_400_000;

onEachDatabase((kind) => {
  let app: TestApp;
  let user: User;
  let cookie: string;
  /** The ids and keys by name. */
  let keys: Record<string, { id: string; key: string }>;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_SESSION: '100000', MAX_ACTIVE_KEYS_PER_USER: '2000' },
    });
    user = await app.createUser();
    const now = app.clock.now().getTime();
    const days = (count: number) => new Date(now + count * DAY_MS);
    keys = {};
    for (const [name, expiresAt] of [
      ['Fresh', null],
      ['Used', null],
      ['Forgotten', null],
      ['Ends soon', days(20)],
      ['Ends late', days(40)],
      ['Expired job', days(10)],
      ['Revoked job', null],
    ] as const)
      keys[name] = await app.createKey(user, { name, expiresAt: expiresAt?.toISOString() ?? null });
    const repository = app.nest.get(DataSource).getRepository(ApiKeyEntity);
    const { Used: used, Forgotten: forgotten, 'Expired job': expired, 'Revoked job': revoked } = keys;
    await repository.update(forgotten!.id, {
      createdAt: days(-200),
      lastUsedAt: days(-100),
      lastUsedFrom: '::1',
    });
    await repository.update(expired!.id, { expiresAt: days(-1) });
    const principal = await app.principalOf(user);
    await app.nest.get(ApiKeysService).revoke(principal, revoked!.id, { reason: null, cascade: false });
    for (let call = 0; call < 3; call++)
      await app.http.get('/api/v1/me').set('X-API-Key', used!.key).expect(200);
    await app.nest.get(UsageRecorder).flush();
    cookie = await app.signIn(user.email);
  });

  afterAll(() => app.stop());

  const get = (path: string) => app.http.get(path).set('Cookie', cookie);
  const namesIn = (text: string) =>
    [...text.matchAll(/<th scope="row"[^>]*><a href="[^"]*">([^<]*)<\/a>/g)].map(([, name]) => name!);
  const namesOn = async (path: string) => namesIn((await get(path).expect(200)).text);

  it.each([
    ['', ['Ends late', 'Ends soon', 'Expired job', 'Forgotten', 'Fresh', 'Used']],
    ['active', ['Ends late', 'Ends soon', 'Forgotten', 'Fresh', 'Used']],
    ['neverUsed', ['Ends late', 'Ends soon', 'Fresh']],
    ['unused', ['Forgotten']],
    ['expiring', ['Ends soon']],
    ['revoked', ['Revoked job']],
    ['all', ['Ends late', 'Ends soon', 'Expired job', 'Forgotten', 'Fresh', 'Revoked job', 'Used']],
    ['toString', ['Ends late', 'Ends soon', 'Expired job', 'Forgotten', 'Fresh', 'Used']],
  ])('shows the keys of the view %j, and marks it', async (view, names) => {
    const { text } = await get(view === '' ? '/api-keys' : `/api-keys?view=${view}`).expect(200);
    expect(namesIn(text).sort()).toEqual(names);
    expect(text).toContain(`${names.length} key${names.length === 1 ? '' : 's'}</span>`);
    const current = /<nav class="chips".*?<a href="([^"]*)" aria-current="true">/.exec(text)![1];
    expect(current).toBe(['', 'toString'].includes(view) ? '/api-keys' : `/api-keys?view=${view}`);
  });

  it('finds words inside names, in the chosen view, and offers to search all keys', async () => {
    expect(await namesOn('/api-keys?search=JOB')).toEqual(['Expired job']);
    expect(await namesOn('/api-keys?search=job&view=all')).toEqual(['Revoked job', 'Expired job']);
    const { text } = await get('/api-keys?search=revoked').expect(200);
    expect(text).toContain('href="/api-keys?search=revoked&amp;view=all"');
    expect(namesIn(text)).toEqual([]);
  });

  it('finds a pasted key, even a revoked one, without keeping it in the URL', async () => {
    const { id, key } = keys['Revoked job']!;
    const redirect = await get(`/api-keys?search=${key}`).expect(303);
    expect(redirect.headers['location']).toBe(`/api-keys?search=chm_${id}`);
    expect(await namesOn(redirect.headers['location']!)).toEqual(['Revoked job']);
  });

  it('sorts by last use', async () => {
    const names = await namesOn('/api-keys?sort=lastUsedAt');
    expect(names.slice(0, 2)).toEqual(['Used', 'Forgotten']);
    expect(names).toHaveLength(6);
    const { text } = await get('/api-keys?sort=lastUsedAt').expect(200);
    expect(text).toContain('<option value="lastUsedAt" selected');
    expect((await get('/api-keys?sort=name').expect(400)).text).toContain('Choose one of the options.');
  });

  it('keeps view, search and order on the next page, and the view when the search is cleared', async () => {
    const other = await app.createUser();
    const session = await app.signIn(other.email);
    for (let n = 0; n < 21; n++) await app.createKey(other, { name: `Job ${n}` });
    const path = '/api-keys?view=neverUsed&search=job&sort=lastUsedAt';
    const { text } = await app.http.get(path).set('Cookie', session).expect(200);
    const next = /href="([^"]*)" rel="next"/.exec(text)![1]!.replaceAll('&amp;', '&');
    expect(next).toMatch(/^\/api-keys\?view=neverUsed&search=job&sort=lastUsedAt&cursor=/);
    const second = await app.http.get(next).set('Cookie', session).expect(200);
    expect(namesIn(second.text)).toHaveLength(1);
    expect(text).toContain('<a href="/api-keys?view=neverUsed">Clear filters</a>');
    expect(text).toContain('<input type="hidden" name="view" value="neverUsed"/>');
    const changed = next.replace('sort=lastUsedAt', 'sort=createdAt');
    const rejected = await app.http.get(changed).set('Cookie', session).expect(400);
    expect(rejected.text).toContain('This page is no longer available.');
  });

  it('summarizes the use of all keys, with links to those that need attention', async () => {
    const { text } = await get('/api-keys').expect(200);
    const tiles = [...text.matchAll(/<dt>(?:<a href="([^"]*)">)?([^<]*)(?:<\/a>)?<\/dt><dd>([^<]*)<\/dd>/g)];
    expect(tiles.map(([, to, name, value]) => [name, value, to])).toEqual([
      ['Accepted (24 h)', '3', undefined],
      ['Rate limited (24 h)', '0', undefined],
      ['Expiring in 30 days', '1', '/api-keys?view=expiring'],
      ['Unused for 90+ days', '1', '/api-keys?view=unused'],
    ]);
  });

  it('leads a user whose keys are all revoked to the revoked ones', async () => {
    const other = await app.createUser();
    const session = await app.signIn(other.email);
    const open = async () => (await app.http.get('/api-keys').set('Cookie', session).expect(200)).text;
    expect(await open()).not.toContain('Show revoked keys');
    const { id } = await app.createKey(other);
    await app.nest
      .get(ApiKeysService)
      .revoke(await app.principalOf(other), id, { reason: null, cascade: false });
    const text = await open();
    expect(text).toContain('No API keys yet');
    expect(text).toContain('href="/api-keys?view=revoked"');
    expect(text).not.toContain('class="stats"');
  });
});
