import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity } from '../../src/modules/usage/index.js';
import type { User } from '../../src/modules/users/index.js';
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

onEachDatabase((kind) => {
  let app: TestApp;
  let user: User;
  let cookie: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, { env: { RATE_LIMIT_SESSION: '100000' } });
    app.clock.advanceIntoHour();
  });

  beforeEach(async () => {
    user = await app.createUser();
    cookie = await app.signIn(user.email);
  });

  afterAll(() => app.stop());

  const get = (path: string) => app.http.get(path).set('Cookie', cookie);
  const post = (path: string, form: object) =>
    app.http.post(path).type('form').set('Cookie', cookie).send(form);
  const insert = async (...keys: (Partial<ApiKeyEntity> & { name: string })[]) => {
    const rows = keys.map((key) => apiKeyRow({ userId: user.id, createdAt: app.clock.now(), ...key }));
    // TypeORM may change the ids of the inserted objects, so this reads them first.
    const ids = rows.map(({ id }) => id);
    await app.nest.get(DataSource).getRepository(ApiKeyEntity).insert(rows);
    return ids;
  };
  const pageOf = async (id: string, query = '') => (await get(`/api-keys/${id}${query}`).expect(200)).text;
  /** The section of a page with this heading. */
  const sectionOf = (html: string, heading: string): string =>
    html.split('<section class="card"').find((section) => section.includes(`<h2>${heading}</h2>`)) ?? '';

  describe('the description', () => {
    it('is shown and changed together with the name', async () => {
      const [id] = await insert({ name: 'Reports' });
      const path = `/api-keys/${id}`;
      expect(await pageOf(id!)).not.toContain('<dt>Description</dt>');
      await post(path, { name: 'Weekly reports', description: 'First line\r\n<b>Second line</b>' }).expect(
        303,
      );
      const page = await pageOf(id!);
      expect(page).toContain('<dd class="lines">First line\n&lt;b>Second line&lt;/b></dd>');
      expect(page).toContain('Weekly reports');
      await post(path, { name: 'Weekly reports', description: ' ' }).expect(303);
      expect(await pageOf(id!)).not.toContain('<dt>Description</dt>');
    });

    it('stays in the form if it is denied, unless it contains a key', async () => {
      const [id] = await insert({ name: 'Reports', description: 'Before' });
      const long = 'x'.repeat(501);
      const denied = await post(`/api-keys/${id}`, { name: 'Reports', description: long }).expect(400);
      expect(denied.text).toContain('Use at most 500 characters.');
      expect(denied.text).toContain(`>${long}</textarea>`);
      expect(denied.text).toContain('<details open');
      const { body } = await app.http.post('/api/v1/api-keys').set('Cookie', cookie).send({ name: 'Secret' });
      const pasted = await post(`/api-keys/${id}`, { name: 'Reports', description: body.key }).expect(400);
      expect(pasted.text).not.toContain(body.key);
      expect(await pageOf(id!)).toContain('<dd class="lines">Before</dd>');
    });

    it('stays unchanged if a form without it is sent', async () => {
      const [id] = await insert({ name: 'Reports', description: 'Before' });
      await post(`/api-keys/${id}`, { name: 'Weekly' }).expect(303);
      expect(await pageOf(id!)).toContain('<dd class="lines">Before</dd>');
    });
  });

  describe('the origin of a key', () => {
    it('is the user, or a link to the key that created it', async () => {
      const [parent] = await insert({ name: 'Deployer' });
      const [child] = await insert({ name: 'Deployed', createdByKeyId: parent! });
      expect(textOf(sectionOf(await pageOf(parent!), 'Details'))).toContain('Created by You, in the console');
      expect(await pageOf(child!)).toContain(`<a href="/api-keys/${parent}">API key “Deployer”</a>`);
      expect(await pageOf(parent!)).toContain(`<a href="/api-keys/${child}">Deployed</a>`);
    });

    it('is the id of the key that created it if that key is gone', async () => {
      const [id] = await insert({ name: 'Orphan', createdByKeyId: 'gone00000000' });
      expect(textOf(sectionOf(await pageOf(id!), 'Details'))).toContain('Created by API key gone00000000');
    });
  });

  describe('the keys that it created', () => {
    it('are the newest 20 and the number of the others', async () => {
      const [parent] = await insert({ name: 'Parent' });
      expect(await pageOf(parent!)).not.toContain('Keys created with this key');
      const now = app.clock.now().getTime();
      const children = Array.from({ length: 23 }, (_, n) => ({
        name: `Child ${n}.`,
        createdByKeyId: parent!,
        createdAt: new Date(now - HOUR_MS + n),
        revokedAt: n === 22 ? new Date(now) : null,
      }));
      await insert(...children);
      const section = textOf(sectionOf(await pageOf(parent!), 'Keys created with this key'));
      expect(section).toContain('22 active keys were created with this key');
      expect(section).toContain('Child 22. Revoked Child 21. Active');
      expect(section).toContain('Child 3. Active and 3 more');
      expect(section).not.toContain('Child 2.');
    });
  });

  describe('the usage', () => {
    const record = async (apiKeyId: string, ...hours: [ago: number, accepted: number, limited: number][]) => {
      const now = Math.floor(app.clock.now().getTime() / HOUR_MS);
      const rows = hours.map(([ago, accepted, limited]) => ({
        apiKeyId,
        hour: now - ago,
        accepted,
        limited,
        denied: 0,
      }));
      await app.nest.get(DataSource).getRepository(UsageHourEntity).insert(rows);
    };
    const usageOf = async (id: string, query = '') => sectionOf(await pageOf(id, query), 'Usage');

    it('has a tab for each period, and shows the last 24 hours by default', async () => {
      const [id] = await insert({ name: 'Busy' });
      const current = /aria-current="true">([^<]+)</;
      expect(current.exec(await usageOf(id!))![1]).toBe('24 hours');
      expect(current.exec(await usageOf(id!, '?period=1y'))![1]).toBe('24 hours');
      expect(current.exec(await usageOf(id!, '?period=7d&period=7d'))![1]).toBe('24 hours');
      expect(current.exec(await usageOf(id!, '?period=90d'))![1]).toBe('90 days');
    });

    it.each([
      ['24h', 24],
      ['7d', 7],
      ['30d', 30],
      ['90d', 90],
    ])('has a bar for each hour or day of %s', async (period, bars) => {
      const [id] = await insert({ name: 'Busy' });
      await record(id!, [0, 5, 0]);
      const usage = await usageOf(id!, `?period=${period}`);
      expect(usage.match(/data-bar/g)).toHaveLength(bars);
      expect(usage.match(/class="accepted" x=/g)).toHaveLength(1);
      expect(usage.match(/<tr>/g)).toHaveLength(bars + 1);
    });

    it('is compared with the previous period', async () => {
      const [id] = await insert({ name: 'Busy' });
      await record(id!, [0, 90, 4], [1, 22, 0], [24, 100, 0], [25, 0, 0]);
      const tiles = textOf(await usageOf(id!));
      expect(tiles).toContain('Accepted 112 +12% compared with the previous period');
      expect(tiles).toContain('Rate limited 4 Previous period: 0');
      expect(tiles).toContain('Denied 0 0 20 40');
    });

    it('states its hours in the time zone of the user, and its days in UTC', async () => {
      const [id] = await insert({ name: 'Busy' });
      await record(id!, [0, 1, 0]);
      const inBerlin = async (query: string) => {
        const response = await get(`/api-keys/${id}${query}`).set(
          'Cookie',
          `${cookie}; chameleon_time_zone=Europe%2FBerlin`,
        );
        return textOf(sectionOf(response.text, 'Usage'));
      };
      expect(await inBerlin('?period=24h')).toMatch(/90 days .+ – .+ \(Europe\/Berlin\)\. Percentages show/);
      expect(await inBerlin('?period=7d')).toMatch(/90 days .+ – .+ \(UTC\)\. Percentages show/);
      expect(textOf(await usageOf(id!))).toContain('(UTC)');
    });

    it('has no chart without requests', async () => {
      const [id] = await insert({ name: 'Idle' });
      const usage = await usageOf(id!);
      expect(usage).toContain('No requests in this period.');
      expect(usage).not.toContain('data-chart');
    });
  });

  describe('an inactive key', () => {
    it('says why, and offers only what is possible', async () => {
      const past = new Date(app.clock.now().getTime() - HOUR_MS);
      const [active, revoked, expired] = await insert(
        { name: 'Active' },
        { name: 'Revoked', revokedAt: past, revokedReason: 'Leaked in a commit' },
        { name: 'Expired', expiresAt: past },
      );
      expect(await pageOf(active!)).toContain(`/api-keys/${active}/revoke`);
      const page = await pageOf(revoked!);
      expect(page).not.toContain(`/api-keys/${revoked}/revoke`);
      expect(page).toContain('This key has been revoked and can’t be restored.');
      expect(page).toContain('Leaked in a commit');
      expect(await pageOf(expired!)).toContain('This key has expired.');
      expect(await pageOf(active!)).not.toContain('This key has');
    });

    it('offers to revoke the keys that it created', async () => {
      const [parent] = await insert({ name: 'Parent', revokedAt: app.clock.now() });
      await insert({ name: 'Child', createdByKeyId: parent! });
      expect(await pageOf(parent!)).toContain('Revoke keys created with this key');
    });
  });
});
