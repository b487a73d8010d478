// Every page in both languages, light and dark: accessible, small, and fit for a phone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { withKey } from '../support/instance.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MAX_BYTES = 60_000;
/** Less would mean that the style sheets weren't counted. */
const MIN_BYTES = 12_000;

const SCHEMES = [
  ['light', "axe.run({ resultTypes: ['violations'] })"],
  ['dark', "axe.run({ resultTypes: ['violations'], runOnly: ['color-contrast'] })"],
] as const;

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
  readonly passes: readonly unknown[];
}

describeInBrowser('every page, in a browser', () => {
  let test: BrowserTest;
  /** The paths by what their pages show, without a language prefix. */
  let paths: Record<string, string>;

  beforeAll(async () => {
    test = await BrowserTest.start({ REGISTRATION: 'open' });
    const admin = await test.server.signIn(ADMIN);
    const create = async (name: string) =>
      (await test.server.request('POST', '/api-keys', admin, { name })).body as { id: string; key: string };
    const [used, revoked] = [
      await create('Mobile App'),
      await create('<script>alert(1)</script> & 移动应用'),
    ];
    for (let i = 0; i < 3; i++) await test.server.request('POST', '/ping', withKey(used.key), {});
    await test.server.request('POST', `/api-keys/${revoked.id}/revoke`, admin, { reason: 'Leaked' });
    const user = await test.server.createCaller('premium', 2);
    paths = {
      'the keys': '/api-keys',
      'no key that matches': '/api-keys?search=nothing',
      'a form for a new key': '/api-keys/create',
      'a key': `/api-keys/${used.id}`,
      'a key by day': `/api-keys/${used.id}?period=30d`,
      'a revoked key': `/api-keys/${revoked.id}`,
      'a question before revoking': `/api-keys/${used.id}/revoke`,
      'the account': '/account',
      'a form for a new password': '/account/password',
      help: '/help',
      'the way in': '/sign-in',
      'a form for a new account': '/sign-up',
      'the overview of admins': '/admin',
      'all users': '/admin/users',
      'a form for a new user': '/admin/users/create',
      'a user': `/admin/users/${user.id}`,
      'a question before suspending': `/admin/users/${user.id}/suspend`,
      'a question before a reset': `/admin/users/${user.id}/reset-password`,
      'all keys': '/admin/api-keys',
      'the keys of one user': `/admin/api-keys?userId=${user.id}&status=active`,
      'a preview of revoking many': '/admin/api-keys/revoke?selection=filter&status=active',
      'a preview of revoking all': '/admin/api-keys/revoke?selection=filter',
      'no key to revoke': '/admin/api-keys/revoke?selection=ids',
      'an address without a page': '/nothing-is-here',
      'a missing key': '/api-keys/000000000000',
    };
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  /** The violations that axe finds on the current page. In dark mode, only contrast can differ. */
  async function violationsOn(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const found: string[] = [];
    for (const [colorScheme, run] of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const { violations, passes } = await page.evaluate<AxeResults>(run);
      expect(passes.length).toBeGreaterThan(0);
      const nodes = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      found.push(...nodes.map((node) => `${page.url()} ${colorScheme} ${node}`));
    }
    return found;
  }

  describe.each([
    ['in English', ''],
    ['in Chinese', '/zh'],
  ] as const)('%s', (_title, prefix) => {
    it('is accessible, in light and dark mode', async () => {
      const page = await test.openAs(ADMIN, { viewport: { width: 1280, height: 900 } });
      const found: string[] = [];
      for (const path of Object.values(paths)) {
        await page.goto(prefix + path);
        found.push(...(await violationsOn(page)));
      }
      expect(found).toEqual([]);
    });

    it('has accessible dialogs, empty lists and pages that are shown once', async () => {
      const page = await test.openAs(ADMIN);
      await page.goto(`${prefix}/api-keys`);
      await page.locator('a[data-dialog]').first().click();
      await page.getByRole('dialog').waitFor();
      expect(await violationsOn(page)).toEqual([]);

      await page.goto(`${prefix}/api-keys/create`);
      await page.locator('[name=name]').fill('Another key');
      await page.locator('main form button').click();
      await page.locator('[data-test-call] button').click();
      await page.locator('[data-test-call] pre').getByText('pong').waitFor();
      expect(await violationsOn(page)).toEqual([]);
      await page.locator('[data-stored] input').check();

      const { email } = await test.server.createCaller('standard', 0);
      const newcomer = await test.openAs(email);
      await newcomer.goto(`${prefix}/api-keys`);
      expect(await violationsOn(newcomer)).toEqual([]);
    });

    it('has accessible errors, and pages that admins see once', async () => {
      const page = await test.openAs(ADMIN);
      await page.goto(`${prefix}/api-keys/create`);
      await page.locator('[name=name]').fill('   ');
      await page.locator('[value=date]').check();
      await page.locator('main form button').click();
      await page.locator('#name-error').waitFor();
      expect(await violationsOn(page)).toEqual([]);

      await page.goto(`${prefix}/admin/users/create`);
      await page.locator('#name').fill('Newcomer');
      await page.locator('#email').fill(`${crypto.randomUUID()}@example.com`);
      await page.locator('main form button').click();
      await page.locator('#temporary').waitFor();
      expect(await violationsOn(page)).toEqual([]);
      await page.locator('[data-stored] input').check();

      const { email } = await test.server.createCaller('standard', 0);
      const visitor = await test.openAs(email);
      await visitor.goto(`${prefix}/admin`);
      expect(await violationsOn(visitor)).toEqual([]);
      await visitor.goto(`${prefix}/sign-in`);
      await visitor.locator('#email').fill(email);
      await visitor.locator('#password').fill('wrong');
      await visitor.locator('main form button').click();
      await visitor.locator('[role=alert]').waitFor();
      expect(await violationsOn(visitor)).toEqual([]);
    });
  });

  it('fits on a phone and is small', async () => {
    const page = await test.openAs(ADMIN, { viewport: { width: 390, height: 844 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    // Cached files would count as 0 bytes.
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));

    const wrong: string[] = [];
    for (const path of Object.values(paths).flatMap((path) => [path, `/zh${path}`])) {
      bytes = 0;
      await page.goto(path);
      if (bytes > MAX_BYTES || bytes < MIN_BYTES) wrong.push(`${path} weighs ${bytes} bytes`);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      if (width !== 390) wrong.push(`${path} is ${String(width)} pixels wide`);
    }
    expect(wrong).toEqual([]);
  });
});
