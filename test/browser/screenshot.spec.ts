// The README's screenshot. `npm run screenshot` takes a new one.
import { statSync, writeFileSync } from 'node:fs';
import Sqlite from 'libsql';
import type { Page } from 'playwright-core';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { PASSWORD } from '../support/app.js';
import { withKey } from '../support/instance.js';

const PICTURE = 'docs/images/console.png';
const MAX_BYTES = 150_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Example {
  readonly name: string;
  readonly created: number;
  readonly used?: number;
  readonly from?: string;
  readonly expiresIn?: number;
  readonly revoked?: boolean;
}

/** Times are milliseconds ago. The newest key comes first in the list. */
const KEYS: readonly Example[] = [
  { name: 'Data warehouse export', created: 412 * DAY, used: 190 * DAY, from: '198.51.100.7' },
  { name: 'Old staging server', created: 300 * DAY, used: 95 * DAY, from: '198.51.100.23', revoked: true },
  { name: 'Webhook Service', created: 201 * DAY, used: 3 * MINUTE, from: '203.0.113.18' },
  { name: 'Mobile App', created: 88 * DAY, used: 20_000, from: '2001:db8::4f2a' },
  { name: 'CI pipeline', created: 12 * DAY, used: 5 * HOUR, from: '203.0.113.40', expiresIn: 18 * DAY },
  { name: 'Quarterly report', created: 2 * HOUR },
];

const sqlTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

describeInBrowser('the picture of the console, in a browser', () => {
  let test: BrowserTest;
  let page: Page;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await DATABASES[0]!.create();
    test = await BrowserTest.start({ DATABASE_URL: database.url });
    const admin = await test.server.signIn(ADMIN);
    const email = 'ada@example.com';
    const user = { email, name: 'Ada Lovelace', role: 'premium', password: PASSWORD };
    await test.server.request('POST', '/admin/users', admin, user);
    const session = await test.server.signIn(email);
    // The server writes to the file too, so this connection waits for its turn.
    const file = new Sqlite(database.url.replace('sqlite:', ''), { timeout: 5_000 });
    const now = Date.now();
    for (const example of KEYS) {
      const { name, created, used, from, expiresIn, revoked } = example;
      const { body } = await test.server.request('POST', '/api-keys', session, { name });
      const { id, key } = body as { id: string; key: string };
      if (name === 'Mobile App')
        for (let i = 0; i < 37; i++) await test.server.request('POST', '/ping', withKey(key), {});
      if (revoked) await test.server.request('POST', `/api-keys/${id}/revoke`, session, {});
      file
        .prepare(
          `UPDATE api_keys SET created_at = ?, last_used_at = ?, last_used_from = ?, expires_at = ? WHERE id = ?`,
        )
        .run(
          sqlTime(now - created),
          used === undefined ? null : sqlTime(now - used),
          from ?? null,
          expiresIn === undefined ? null : sqlTime(now + expiresIn),
          id,
        );
    }
    file.close();
    page = await test.openAs(email, { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  });

  afterAll(async () => {
    await test.stop();
    await database.drop();
  });

  it('shows a user with keys in every state', async () => {
    await page.goto('/api-keys');
    for (const { name } of KEYS) await page.getByRole('row').filter({ hasText: name }).waitFor();
    expect(test.complaints).toEqual([]);

    // Without the footer, because its languages look different where their fonts are missing.
    const { y, height } = (await page.getByRole('table').boundingBox())!;
    const clip = { x: 0, y: 0, width: 1280, height: Math.round(y + height + 40) };
    const picture = await page.screenshot({ fullPage: true, animations: 'disabled', clip });
    expect(picture.length).toBeLessThan(MAX_BYTES);
    if (process.env['UPDATE_SCREENSHOT'] === '1') writeFileSync(PICTURE, picture);
    expect(statSync(PICTURE).size).toBeLessThan(MAX_BYTES);
  });
});
