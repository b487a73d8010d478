// The list of all keys and the page of one key for admins, in a browser.
import type { Page } from 'playwright-core';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';

const PHONE = { width: 390, height: 844 };

describeInBrowser('the keys of all users, in a browser', () => {
  let test: BrowserTest;
  /** A user with keys that no test changes. */
  let owner: {
    readonly id: string;
    readonly email: string;
    readonly keys: readonly { readonly id: string }[];
  };

  beforeAll(async () => {
    test = await BrowserTest.start();
    owner = await test.server.createCaller('standard', 22);
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const pathOf = (page: Page): string => new URL(page.url()).pathname + new URL(page.url()).search;
  const listOf = (user: { readonly id: string }): string => `/admin/api-keys?userId=${user.id}`;
  const rowBoxes = (page: Page) => page.locator('tbody').getByRole('checkbox');
  const allBox = (page: Page) => page.getByRole('checkbox', { name: 'Select all on this page' });
  const revokeButton = (page: Page) => page.getByRole('button', { name: 'Revoke selected…' });

  it('counts the selected keys, and offers to revoke them only if there are some', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto(listOf(owner));
    await page.getByText('0 selected', { exact: true }).waitFor();
    expect(await revokeButton(page).isDisabled()).toBe(true);
    for (const n of [3, 7]) await rowBoxes(page).nth(n).check();
    expect(await page.getByText('2 selected', { exact: true }).getAttribute('role')).toBe('status');
    expect(await page.locator('[data-select-all]:indeterminate').count()).toBe(1);
    await allBox(page).check();
    await page.getByText('20 selected', { exact: true }).waitFor();
    expect(await rowBoxes(page).nth(19).isChecked()).toBe(true);
    await rowBoxes(page).nth(0).uncheck();
    expect(await allBox(page).isChecked()).toBe(false);
    await allBox(page).check();
    await allBox(page).uncheck();
    await page.getByText('0 selected', { exact: true }).waitFor();
    expect(await revokeButton(page).isDisabled()).toBe(true);
  });

  it('keeps the selection when the user comes back from the preview', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto(listOf(owner));
    await rowBoxes(page).nth(0).check();
    await revokeButton(page).click();
    await page.getByText('1 key will be revoked.').waitFor();
    await page.goBack();
    await page.getByText('1 selected', { exact: true }).waitFor();
    expect(await revokeButton(page).isEnabled()).toBe(true);
  });

  it('revokes selected keys with the keyboard alone, and keeps the filter', async () => {
    const user = await test.server.createCaller('standard', 2);
    const page = await test.openAs(ADMIN);
    await page.goto(`${listOf(user)}&limit=50`);
    await allBox(page).focus();
    for (const key of ['Space', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.getByText('2 keys will be revoked.').waitFor();
    await page.getByRole('textbox', { name: 'Reason' }).focus();
    for (const key of ['Tab', 'Space', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.getByText('2 keys revoked.').waitFor();
    expect(pathOf(page)).toBe(`${listOf(user)}&limit=50`);
    expect(await allBox(page).isDisabled()).toBe(true);
  });

  it('works without JavaScript', async () => {
    const page = await test.openAs(ADMIN, { javaScriptEnabled: false });
    await page.goto('/admin/api-keys');
    await page.getByRole('link', { name: 'Active', exact: true }).click();
    expect(pathOf(page)).toBe('/admin/api-keys?status=active');
    expect(await allBox(page).count()).toBe(0);
    expect(await page.getByText('0 selected').isVisible()).toBe(false);
    await revokeButton(page).click();
    await page.getByText('No keys are selected.').waitFor();
    await page.getByRole('link', { name: 'Back' }).click();
    expect(pathOf(page)).toBe('/admin/api-keys?status=active');
    await rowBoxes(page).nth(1).check();
    await revokeButton(page).click();
    await page.getByText('1 key will be revoked.').waitFor();
    await page.getByRole('link', { name: /^Key \d/ }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
  });

  it('applies a changed filter at once, and clears it', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto(`${listOf(owner)}&status=active`);
    await page.getByRole('spinbutton', { name: 'Unused for at least (days)' }).fill('30');
    await page.keyboard.press('Tab');
    await page.waitForURL('**unusedForDays=30**');
    await page.getByText('No keys match your filters.').waitFor();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.waitForURL('**/admin/api-keys?status=active');
  });

  it('downloads the filtered list as CSV', async () => {
    const page = await test.openAs(ADMIN);
    await page.goto(listOf(owner));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('api-keys.csv');
    expect(download.url()).toContain(`?userId=${owner.id}`);
  });

  it.each([769, 900, 1024, 1280])('fits all its columns into a window of %i pixels', async (width) => {
    const page = await test.openAs(ADMIN, { viewport: { width, height: 900 } });
    await page.goto(listOf(owner));
    const overflow = await page.evaluate(
      `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.table-frame'))`,
    );
    expect(overflow).toBe(0);
  });

  it('shows 20 keys on a phone in two lines each, with checkboxes and owners', async () => {
    const page = await test.openAs(ADMIN, { viewport: PHONE });
    await page.goto('/admin/api-keys?status=active');
    const row = page.locator('tbody tr').first();
    expect((await row.boundingBox())!.height).toBeLessThan(70);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(2_000);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    await row.getByRole('checkbox').check();
    await page.getByText('1 selected', { exact: true }).waitFor();
    const link = row.locator('.owner').getByRole('link');
    expect(await link.isVisible()).toBe(true);
    await link.click();
    await page.waitForURL('**/admin/users/*');
  });

  it('shows the page of a key, and revokes the key there in a dialog', async () => {
    const user = await test.server.createCaller('standard', 1);
    const page = await test.openAs(ADMIN, { viewport: PHONE });
    await page.goto(listOf(user));
    await page.getByRole('link', { name: 'Key 0' }).click();
    await page.waitForURL(`**/admin/api-keys/${user.keys[0]!.id}`);
    await page.getByText(user.email).waitFor();
    await page.getByRole('link', { name: '30 days' }).click();
    await page.waitForURL('**?period=30d');
    await page.getByRole('link', { name: 'Revoke' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Left the company');
    await dialog.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('“Key 0” has been revoked.').waitFor();
    expect(pathOf(page)).toBe(`/admin/api-keys/${user.keys[0]!.id}?period=30d`);
    await page.getByText('Left the company').waitFor();
  });
});
