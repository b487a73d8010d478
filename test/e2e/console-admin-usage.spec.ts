// The overview, and the usage and keys of users.
import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity, UserUsageHourEntity } from '../../src/modules/usage/index.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { apiKeyRow } from '../support/rows.js';

const HOUR_MS = 3_600_000;

/** The text of a part of a page, with single spaces. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The section of a page with this heading. */
const sectionOf = (html: string, heading: string): string =>
  html.split('<section class="card">').find((section) => section.includes(`<h2>${heading}</h2>`)) ?? '';

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;

  beforeEach(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000' },
    });
    app.clock.advanceIntoHour();
    cookie = await app.signIn('root@example.com');
  });

  afterEach(() => app.stop());

  const pageOf = async (path: string) => (await app.http.get(path).set('Cookie', cookie).expect(200)).text;
  const manager = () => app.nest.get(DataSource).manager;
  /** The overview after the first count. Before, it shows no numbers. */
  const overview = async () => {
    await app.http.get('/api/v1/admin/stats').set('Cookie', cookie).expect(200);
    return (await app.getCounted('/admin', cookie)).text;
  };

  /** Stores requests with a key, some hours ago. A removed key is `null`. */
  async function use(
    apiKeyId: string | null,
    userId: string,
    hoursAgo: number,
    accepted: number,
    limited: number,
  ) {
    const hour = Math.floor(app.clock.now().getTime() / HOUR_MS) - hoursAgo;
    const counts = { hour, accepted, limited, denied: 0 };
    if (apiKeyId !== null) await manager().insert(UsageHourEntity, { apiKeyId, ...counts });
    await manager().insert(UserUsageHourEntity, { userId, ...counts });
  }

  describe('the overview', () => {
    it('ranks keys and users by accepted and by limited requests, with links', async () => {
      const [one, other] = [await app.createCaller(), await app.createCaller()];
      await use(one.id, one.user.id, 1, 12_345, 0);
      await use(other.id, other.user.id, 2, 20, 678);
      const page = await overview();
      const accepted = sectionOf(page, 'Most accepted requests in the last 24 hours');
      expect(textOf(accepted)).toMatch(/12,345 .*20 .*12,345 .*20/);
      for (const { id, user } of [one, other]) {
        expect(accepted).toContain(`href="/admin/api-keys/${id}"`);
        expect(accepted).toContain(`href="/admin/users/${user.id}"`);
      }
      const limited = sectionOf(page, 'Most rate-limited requests in the last 24 hours');
      expect(limited).toContain(`href="/admin/users/${other.user.id}"`);
      expect(limited).not.toContain(one.user.id);
      expect(textOf(limited)).toContain('678');
    });

    it('shows no tables without requests', async () => {
      const page = await overview();
      for (const text of ['No requests were accepted', 'No requests exceeded a rate limit']) {
        expect(page).toContain(`${text} in the last 24 hours.`);
      }
      expect(page).not.toContain('<table');
    });

    it('leads from its numbers to lists that open', async () => {
      const page = await overview();
      const links = [...page.matchAll(/<dt><a href="([^"]+)"/g)].map(([, href]) =>
        href!.replaceAll('&amp;', '&'),
      );
      expect(links).toEqual([
        '/admin/api-keys?status=active',
        '/admin/api-keys?status=revoked',
        '/admin/api-keys?status=expired',
        '/admin/api-keys?status=active&unusedForDays=90',
        '/admin/users?role=standard',
        '/admin/users?role=premium',
        '/admin/users?role=admin',
        '/admin/users',
        '/admin/users?status=active',
        '/admin/users?status=suspended',
      ]);
      for (const link of links) await pageOf(link);
    });
  });

  describe('the page of a user', () => {
    it('shows their usage in a period, including the requests of their removed keys', async () => {
      const { user, id } = await app.createCaller();
      await use(id, user.id, 2, 30, 4);
      await use(null, user.id, 50, 500, 60);
      const today = textOf(await pageOf(`/admin/users/${user.id}`));
      expect(today).toContain('Active keys 1 Requests · 24 hours 34 Rate limited · 24 hours 4');
      const month = await pageOf(`/admin/users/${user.id}?period=30d`);
      expect(textOf(month)).toContain('Requests · 30 days 594 Rate limited · 30 days 64');
      expect(textOf(sectionOf(month, 'Usage'))).toContain('Accepted 530');
    });

    it('shows their 20 newest keys, with a link to each of them and to all', async () => {
      const user = await app.createUser();
      const rows = Array.from({ length: 21 }, (_, index) =>
        apiKeyRow({
          userId: user.id,
          name: `Key number ${index}`,
          createdAt: new Date(app.clock.now().getTime() - (21 - index) * 1_000),
        }),
      );
      const ids = rows.map(({ id }) => id);
      await manager().insert(ApiKeyEntity, rows);
      const page = await pageOf(`/admin/users/${user.id}`);
      const linked = [...page.matchAll(/href="\/admin\/api-keys\/(\w+)"/g)].map(([, id]) => id);
      expect(linked).toEqual(ids.slice(1).reverse());
      expect(page).toContain(`href="/admin/api-keys?userId=${user.id}"`);
    });
  });

  describe('the list of users', () => {
    it('keeps the search in the chips, and exports the users it shows', async () => {
      const user = await app.createUser('premium');
      const path = `/admin/users?search=${user.email.split('@')[0]!}&role=premium`;
      const page = await pageOf(path);
      expect(page.replaceAll('<wbr/>', '')).toContain(`>${user.name}</a><small>${user.email}</small>`);
      const query = path.split('?')[1]!.replaceAll('&', '&amp;');
      expect(page).toContain(`href="/admin/users?${query}&amp;status=suspended"`);
      expect(page).toContain(`href="/admin/users.csv?${query}"`);
      const csv = await pageOf(`/admin/users.csv?${path.split('?')[1]!}`);
      expect(csv.trim().split('\r\n')).toHaveLength(2);
      const suspended = await pageOf(`${path}&status=suspended`);
      expect(suspended).toContain('No results.');
      expect(suspended).toContain('name="status" value="suspended"');
    });

    it('does not keep a pasted key in the URL', async () => {
      const { key, id } = await app.createCaller();
      const path = `/admin/users?search=${key}&role=premium`;
      const redirect = await app.http.get(path).set('Cookie', cookie).expect(303);
      expect(redirect.headers['location']).toBe(`/admin/users?search=chm_${id}&role=premium`);
    });

    it('explains a status that does not exist', async () => {
      const response = await app.http.get('/admin/users?status=deleted').set('Cookie', cookie).expect(400);
      expect(response.text).toContain('Choose one of the options.');
    });
  });
});
