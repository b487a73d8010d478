// The pages on which admins see and revoke the keys of all users.
import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity } from '../../src/modules/usage/index.js';
import type { User } from '../../src/modules/users/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { apiKeyRow } from '../support/rows.js';

const LIST = '/admin/api-keys';
const HOUR_MS = 3_600_000;

/** The text of a part of a page, with single spaces. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The part of a page with the toolbar above the list. */
const toolbarOf = (html: string): string => /<form id="selected".*?<\/form>/s.exec(html)![0];

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;
  let owner: User;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_SESSION: '100000' } });
    cookie = await app.signIn('root@example.com');
  });

  beforeEach(async () => {
    owner = await app.createUser();
  });

  afterAll(() => app.stop());

  const get = (path: string) => app.http.get(path).set('Cookie', cookie);
  const pageOf = async (path: string) => {
    const response = await app.getCounted(path, cookie);
    expect(response.status).toBe(200);
    return response.text;
  };
  const insert = async (...keys: (Partial<ApiKeyEntity> & { name: string })[]): Promise<string[]> => {
    const rows = keys.map((key) => apiKeyRow({ userId: owner.id, createdAt: app.clock.now(), ...key }));
    await app.nest.get(DataSource).getRepository(ApiKeyEntity).insert(rows);
    return rows.map(({ id }) => id);
  };

  describe('the page of a key', () => {
    it('shows its owner, its details, and when and why it was revoked', async () => {
      const [id] = await insert({
        name: 'Reports',
        description: 'First line\n<b>Second line</b>',
        expiresAt: new Date('2030-01-01T00:00:00Z'),
        revokedAt: app.clock.now(),
        revokedReason: 'Leaked in a commit',
      });
      const page = await pageOf(`${LIST}/${id}`);
      expect(page).toContain('<h1>Reports <span class="badge revoked">Revoked</span></h1>');
      expect(page).toContain(`<a href="/admin/users/${owner.id}">${owner.name}</a>`);
      expect(page.replaceAll('<wbr/>', '')).toContain(owner.email);
      expect(page).toContain('<dd class="lines">First line\n&lt;b>Second line&lt;/b></dd>');
      expect(textOf(page)).toContain('Created by The owner, in the console');
      expect(textOf(page)).toMatch(/Revoked .+ Reason Leaked in a commit/);
      expect(page).not.toContain(`${LIST}/${id}/revoke`);
      expect(page).not.toContain('<textarea');
    });

    it('links to the key that created it, and to the keys that it created', async () => {
      const [parent] = await insert({ name: 'Deployer' });
      const [child] = await insert({ name: 'Deployed', createdByKeyId: parent! });
      expect(await pageOf(`${LIST}/${child}`)).toContain(
        `<a href="${LIST}/${parent}">API key “Deployer”</a>`,
      );
      expect(await pageOf(`${LIST}/${parent}`)).toContain(`<a href="${LIST}/${child}">Deployed</a>`);
    });

    it('shows the usage in the chosen period', async () => {
      const [id] = await insert({ name: 'Busy' });
      const hour = Math.floor(app.clock.now().getTime() / HOUR_MS) - 48;
      const usage = { apiKeyId: id!, hour, accepted: 41, limited: 3, denied: 0 };
      await app.nest.get(DataSource).getRepository(UsageHourEntity).insert(usage);
      expect(await pageOf(`${LIST}/${id}`)).toContain('No requests in this period.');
      const page = textOf(await pageOf(`${LIST}/${id}?period=7d`));
      expect(page).toMatch(/Accepted 41 .*Rate limited 3 /);
    });

    it('leads to the revocation and back to itself', async () => {
      const [id] = await insert({ name: 'Old' });
      const path = `${LIST}/${id}`;
      const [revoke] = /[^"]+\/revoke\?next=[^"]+/.exec(await pageOf(path))!;
      const question = await pageOf(revoke);
      expect(question).toContain(`name="next" value="${path}"`);
      const form = { next: path, reason: 'Not needed' };
      const redirect = await app.http
        .post(`${path}/revoke`)
        .type('form')
        .set('Cookie', cookie)
        .send(form)
        .expect(303);
      expect(redirect.headers['location']).toBe(path);
      const revoked = await app.follow(redirect, cookie);
      expect(revoked.text).toContain('“Old” has been revoked.');
      expect(textOf(revoked.text)).toContain('Reason Not needed');
    });

    it('is only for admins, and missing for unknown ids', async () => {
      const [id] = await insert({ name: 'Mine' });
      const session = await app.signIn(owner.email);
      await app.http.get(`${LIST}/${id}`).set('Cookie', session).expect(403);
      for (const unknown of ['000000000000', 'x', '%00']) await get(`${LIST}/${unknown}`).expect(404);
    });

    it('is linked from the list, the preview of a revocation and the page of the owner', async () => {
      const [id] = await insert({ name: 'Linked' });
      for (const path of [
        `${LIST}?userId=${owner.id}`,
        `${LIST}/revoke?selection=ids&ids=${id}`,
        `/admin/users/${owner.id}`,
      ])
        expect(await pageOf(path)).toContain(`<a href="${LIST}/${id}">Linked</a>`);
    });
  });

  describe('the list', () => {
    it('has chips that keep the search and the owner', async () => {
      await insert({ name: 'One' });
      const page = await pageOf(`${LIST}?search=o&userId=${owner.id}&status=active&unusedForDays=90`);
      const chips = [...page.matchAll(/<a href="([^"]+)"( aria-current="true")?>([^<]+)<\/a>/g)].filter(
        ([, href]) => href!.startsWith(`${LIST}?search=o`),
      );
      const query = `search=o&amp;userId=${owner.id}`;
      const withStatus = (status: string) => `search=o&amp;status=${status}&amp;userId=${owner.id}`;
      expect(chips.map(([, href, current, text]) => [text, href!.split('?')[1], Boolean(current)])).toEqual([
        ['All', query, false],
        ['Active', withStatus('active'), false],
        ['Expired', withStatus('expired'), false],
        ['Revoked', withStatus('revoked'), false],
        ['Unused for 90+ days', `${withStatus('active')}&amp;unusedForDays=90`, true],
      ]);
      expect(page).toContain('<input type="hidden" name="status" value="active"');
      expect(page).toContain(`>Clear filters</a>`);
    });

    it('says that a status is unknown', async () => {
      const { text } = await get(`${LIST}?status=live`).expect(400);
      expect(textOf(text)).toContain('Choose one of the options.');
    });

    it('hides the secret of a pasted key, and finds the key', async () => {
      const { id, key } = await app.createKey(owner, { name: 'Pasted' });
      const redirect = await get(`${LIST}?status=active&search=+${key}`).expect(303);
      expect(redirect.headers['location']).toBe(`${LIST}?search=chm_${id}&status=active`);
      expect(textOf(await pageOf(redirect.headers['location']!))).toContain('Pasted');
    });

    it('names its checkboxes and buttons differently for keys with the same name', async () => {
      const [one, two] = await insert({ name: 'Twin' }, { name: 'Twin' });
      const page = await pageOf(`${LIST}?userId=${owner.id}`);
      for (const id of [one, two])
        for (const label of ['aria-label="Select', 'aria-label="Copy the prefix of', 'visually-hidden">'])
          expect(page).toContain(`${label} Twin (chm_${id})`);
    });

    it('offers to revoke all matching keys only with a filter that can match active keys', async () => {
      await insert({ name: 'One' }, { name: 'Two', revokedAt: app.clock.now() });
      const matching = 'Revoke all matching…';
      expect(toolbarOf(await pageOf(LIST))).not.toContain(matching);
      expect(toolbarOf(await pageOf(`${LIST}?status=revoked`))).not.toContain(matching);
      const toolbar = toolbarOf(await pageOf(`${LIST}?userId=${owner.id}`));
      expect(toolbar).toContain(matching);
      const [preview] = /\/admin\/api-keys\/revoke\?[^"]+/.exec(toolbar)!;
      expect(await pageOf(preview.replaceAll('&amp;', '&'))).toContain('1 key will be revoked.');
    });

    it('exports what the filter matches', async () => {
      await insert({ name: 'Exported' });
      const toolbar = toolbarOf(await pageOf(`${LIST}?userId=${owner.id}&status=active&limit=50`));
      const [link] = /\/admin\/api-keys\.csv[^"]*/.exec(toolbar)!;
      expect(link).toBe(`/admin/api-keys.csv?status=active&amp;userId=${owner.id}`);
      expect((await pageOf(link.replace('&amp;', '&'))).split('\r\n')).toHaveLength(3);
    });
  });
});
