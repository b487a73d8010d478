// The admin's overview and user pages in a browser.
import type { Page } from 'playwright-core';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';

const PHONE = { viewport: { width: 390, height: 844 } };

describeInBrowser('the pages about users, in a browser', () => {
  let test: BrowserTest;
  let user: { readonly id: string; readonly email: string };

  beforeAll(async () => {
    test = await BrowserTest.start();
    user = await test.server.createCaller('premium', 22);
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const pathOf = (page: Page): string => new URL(page.url()).pathname + new URL(page.url()).search;
  const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
  const search = (page: Page) => page.getByRole('searchbox', { name: 'Search by name or email' });
  const overflowOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

  /** Creates another admin, and opens a window in which this admin is signed in. */
  async function openAsAnotherAdmin(javaScriptEnabled: boolean): Promise<{ page: Page; path: string }> {
    const { id, email } = await test.server.createCaller('admin', 0);
    const page = await test.openAs(email, { javaScriptEnabled });
    return { page, path: `/admin/users/${id}` };
  }

  it.each([true, false])('lead from a number to the list; JavaScript: %s', async (javaScriptEnabled) => {
    const page = await test.openAs(ADMIN, { javaScriptEnabled });
    await page.goto('/admin');
    // The first count may take longer than the page waits. The page then reloads by itself.
    await link(page, 'Premium').click();
    await page.waitForURL('**/admin/users?role=premium');
    expect(await page.getByLabel('Role').inputValue()).toBe('premium');
    await page.getByText(user.email).waitFor();
  });

  it('apply a role at once, keep the status, and clear the filter', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto('/admin/users');
    await page.getByLabel('Role').selectOption('Premium');
    await page.waitForURL('**/admin/users?role=premium');
    await link(page, 'Suspended').click();
    await page.waitForURL('**/admin/users?role=premium&status=suspended');
    await page.getByText('No results.').waitFor();
    await link(page, 'Clear filters').click();
    await page.waitForURL('**/admin/users?status=suspended');
  });

  it('filter and export without JavaScript too', async () => {
    const page = await test.openAs(ADMIN, { javaScriptEnabled: false });
    await page.goto('/admin/users');
    await page.getByLabel('Role').selectOption('Premium');
    await search(page).fill(user.email.slice(0, 8));
    await page.getByRole('button', { name: 'Search' }).click();
    expect(pathOf(page)).toBe(`/admin/users?search=${user.email.slice(0, 8)}&role=premium`);
    expect(await page.getByRole('row').count()).toBe(2);
    const download = page.waitForEvent('download');
    await link(page, 'Export as CSV').click();
    expect((await download).suggestedFilename()).toBe('users.csv');
  });

  it('show two lines for each user on a phone, with the status beside the name', async () => {
    const page = await test.openAs(ADMIN, PHONE);
    await page.goto(`/admin/users?search=${user.email}`);
    const row = page.locator('tbody tr');
    const boxOf = async (text: string) => (await row.getByText(text).boundingBox())!;
    const [name, status, email] = [await boxOf('Somebody'), await boxOf('Active'), await boxOf(user.email)];
    expect(Math.abs(name.y + name.height / 2 - (status.y + status.height / 2))).toBeLessThan(6);
    expect(email.y).toBeGreaterThanOrEqual(name.y + name.height - 2);
    await row.getByText('Premium').first().waitFor();
    for (const path of ['/admin', '/admin/users', `/admin/users/${user.id}`]) {
      await page.goto(path);
      expect(await overflowOf(page)).toBe(0);
    }
  });

  it('break an email only before a dot or an at sign', async () => {
    const page = await test.openAs(ADMIN, { viewport: { width: 1280, height: 800 } });
    await page.goto(`/admin/users?search=${user.email}`);
    const lines = await page.locator('.name-and-email small').evaluate((element) => {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    });
    expect(lines).toBeLessThanOrEqual(2);
  });

  it('show the usage of a user in a period, and lead to all their keys', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto(`/admin/users/${user.id}`);
    await link(page, '30 days').click();
    await page.waitForURL(`**/admin/users/${user.id}?period=30d`);
    await page.getByText('Requests · 30 days').waitFor();
    expect(await page.getByRole('link', { name: /^Key \d+$/ }).count()).toBe(20);
    await link(page, 'View all of this user’s API keys').click();
    await page.waitForURL(`**/admin/api-keys?userId=${user.id}`);
  });

  it('suspend a user with the keyboard, and show red only in the dialog', async () => {
    const { id } = await test.server.createCaller('standard', 0);
    const page = await test.openAs(ADMIN);
    await page.goto(`/admin/users/${id}`);
    expect(await page.locator('.danger').count()).toBe(0);
    await link(page, 'Suspend').focus();
    await page.keyboard.press('Enter');
    const button = page.getByRole('dialog').getByRole('button', { name: 'Suspend' });
    await button.waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText('User suspended.').waitFor();
  });

  it.each([true, false])(
    'warn admins before they suspend themselves; JavaScript: %s',
    async (javaScriptEnabled) => {
      const { page, path } = await openAsAnotherAdmin(javaScriptEnabled);
      await page.goto(path);
      await link(page, 'Suspend').click();
      await page.getByText('This is your own account.').waitFor();
      const button = page.getByRole('button', { name: 'Suspend' });
      // The browser doesn't submit the form until the box is checked.
      await button.click();
      await page.getByText('This is your own account.').waitFor();
      await page.getByRole('checkbox').check();
      await button.click();
      await page.waitForURL('**/sign-in');
      await page.getByText('Your account is suspended, and you’ve been signed out.').waitFor();
    },
  );

  it.each([true, false])(
    'warn admins before they give up their role; JavaScript: %s',
    async (javaScriptEnabled) => {
      const { page, path } = await openAsAnotherAdmin(javaScriptEnabled);
      const chooseStandard = async () => {
        await page.goto(path);
        await page.getByText('Edit name and role').click();
        await page.getByLabel('Role').selectOption('Standard');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('heading', { name: 'Give up your admin role?' }).waitFor();
      };
      await chooseStandard();
      await link(page, 'Cancel').click();
      await page.waitForURL(`**${path}`);
      await chooseStandard();
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Give up admin role' }).click();
      await page.waitForURL('**/api-keys');
      await page.getByText('You can no longer open the admin pages.').waitFor();
      expect(await link(page, 'Admin').count()).toBe(0);
    },
  );
});
