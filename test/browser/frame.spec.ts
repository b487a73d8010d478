// What all pages have in common, in a browser: the menu, links, times, notices and errors.
import type { Page } from 'playwright-core';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { withKey } from '../support/instance.js';

describeInBrowser('every page, in a browser', () => {
  let test: BrowserTest;

  beforeAll(async () => {
    test = await BrowserTest.start();
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const pathOf = (page: Page): string => new URL(page.url()).pathname + new URL(page.url()).search;

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_title, javaScriptEnabled) => {
    const openAs = (email: string) => test.openAs(email, { javaScriptEnabled });

    it('keeps the menu of a signed-in user on public pages and error pages', async () => {
      const page = await openAs(ADMIN);
      for (const path of ['/help', '/nothing-is-here', '/api-keys/000000000000', '/zh/help']) {
        await page.goto(path);
        expect(await page.locator('header a[href$="/admin"]').count()).toBe(1);
      }
      await page.goto('/sign-in?next=%2Faccount');
      expect(pathOf(page)).toBe('/account');
    });

    it('navigates with links, which leave no question mark in the address', async () => {
      const { email, keys } = await test.server.createCaller('standard', 1);
      const page = await openAs(email);
      await page.getByRole('link', { name: 'Create New Key' }).click();
      await page.getByRole('heading', { name: 'Create API key' }).waitFor();
      expect(pathOf(page)).toBe('/api-keys/create');
      await page.goto('/account');
      await page.getByRole('link', { name: 'Change password' }).click();
      await page.getByRole('heading', { name: 'Change password' }).waitFor();
      expect(pathOf(page)).toBe('/account/password');
      await page.goto(`/api-keys/${keys[0]!.id}`);
      expect(await page.locator('main form[method=get]').count()).toBe(0);
    });

    it('shows a notice once', async () => {
      const { email } = await test.server.createCaller('standard', 0);
      const page = await openAs(email);
      await page.goto('/account');
      await page.getByRole('textbox', { name: 'Name' }).fill('Ada');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').filter({ hasText: 'Changes saved.' }).waitFor();
      expect(pathOf(page)).toBe('/account');
      await page.reload();
      await page.getByRole('heading', { name: 'Account' }).waitFor();
      expect(await page.getByText('Changes saved.').count()).toBe(0);
    });

    it('leads to the first wrong field, and says in the title that there is an error', async () => {
      const { email } = await test.server.createCaller('standard', 0);
      const page = await openAs(email);
      await page.goto('/api-keys/create');
      await page.getByRole('textbox', { name: 'Name' }).fill('   ');
      await page.getByRole('button', { name: 'Create' }).click();
      const name = page.getByRole('textbox', { name: 'Name' });
      await page.locator('#name-error').waitFor();
      expect(await page.title()).toBe('Error: Create API key · Chameleon');
      expect(await name.evaluate((field) => field.ownerDocument.activeElement === field)).toBe(true);
      const description = (await name.getAttribute('aria-describedby'))!.split(' ');
      const colors = await page.evaluate<string[], string[]>(
        (ids) => ids.map((id) => getComputedStyle(document.getElementById(id)!).color),
        description,
      );
      expect(new Set(colors).size).toBe(2);
    });

    it('shows the figures of all keys above the list, with links to those that need attention', async () => {
      const { email, keys } = await test.server.createCaller('standard', 2);
      for (let call = 0; call < 3; call++)
        await test.server.request('POST', '/ping', withKey(keys[0]!.key), {});
      const page = await openAs(email);
      const requests = page.locator('.stats > div').filter({ hasText: 'Accepted (24 h)' });
      for (let tries = 0; (await requests.locator('dd').textContent()) !== '3' && tries < 100; tries++) {
        await page.waitForTimeout(200);
        await page.reload();
      }
      expect(await requests.locator('dd').textContent()).toBe('3');
      await page.locator('.stats').getByRole('link', { name: 'Unused for 90+ days' }).click();
      await page.getByText('No keys match your filters.').waitFor();
      expect(pathOf(page)).toBe('/api-keys?view=unused');
    });
  });

  it('shows exact times in the time zone of the browser from the second page on, and in UTC before', async () => {
    const { email } = await test.server.createCaller('standard', 1);
    const page = await test.open({ timezoneId: 'America/St_Johns' });
    await test.signIn(page, email);
    const title = () => page.locator('tbody time').first().getAttribute('title');
    expect(await title()).toMatch(/ GMT-[23]:30$/);
    const scriptless = await test.openAs(email, { timezoneId: 'America/St_Johns', javaScriptEnabled: false });
    expect(await scriptless.locator('tbody time').first().getAttribute('title')).toMatch(/ UTC$/);
  });

  it('rounds all fields alike', async () => {
    const { email } = await test.server.createCaller('standard', 1);
    const page = await test.openAs(email);
    const radii = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.filter :is(input:not([type=hidden]), select, button)')].map((field) => getComputedStyle(field).borderRadius)",
    );
    expect(radii.length).toBeGreaterThan(2);
    expect(new Set(radii)).toEqual(new Set(['8px']));
  });
});
