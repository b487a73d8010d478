// The list of a user's own keys in a browser: filters, copying, phones, and links that open in a new tab.
import type { Page } from 'playwright-core';
import { BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';

describeInBrowser('the list of keys, in a browser', () => {
  let test: BrowserTest;
  let email: string;
  let keys: readonly { readonly id: string; readonly key: string }[];

  beforeAll(async () => {
    test = await BrowserTest.start();
    ({ email, keys } = await test.server.createCaller('standard', 22));
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const pathOf = (page: Page): string => new URL(page.url()).pathname + new URL(page.url()).search;
  const search = (page: Page) => page.getByRole('searchbox', { name: 'Search by name or key' });

  it('applies a choice at once, leaves empty fields out of the URL, and clears the search', async () => {
    const page = await test.openAs(email);
    await page.goto('/api-keys');
    await page.getByLabel('Sort by').selectOption('Most recently used first');
    await page.waitForURL('**/api-keys?sort=lastUsedAt');
    await page.getByRole('link', { name: 'Never used' }).click();
    await page.waitForURL('**/api-keys?view=neverUsed');
    await search(page).fill('key 21');
    await search(page).press('Enter');
    await page.waitForURL('**/api-keys?view=neverUsed&search=key+21');
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByText('1 key', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.waitForURL('**/api-keys?view=neverUsed');
  });

  it('filters without JavaScript too', async () => {
    const page = await test.openAs(email, { javaScriptEnabled: false });
    await page.goto('/api-keys');
    await page.getByRole('link', { name: 'Never used' }).click();
    await search(page).fill('key 2');
    await page.getByLabel('Sort by').selectOption('Most recently used first');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.getByRole('row').count()).toBe(4);
    expect(pathOf(page)).toBe('/api-keys?view=neverUsed&search=key+2&sort=lastUsedAt');
  });

  it.each([true, false])('finds a pasted key, which never appears in the URL; JavaScript: %s', async (js) => {
    const page = await test.openAs(email, { javaScriptEnabled: js });
    const { id, key } = keys[3]!;
    const urls: string[] = [];
    page.on('framenavigated', (frame) => urls.push(frame.url()));
    await page.goto('/api-keys');
    await search(page).fill(`  ${key} `);
    await search(page).press('Enter');
    await page.waitForURL(`**/api-keys?search=*chm_${id}*`);
    await page.getByRole('link', { name: 'Key 3', exact: true }).waitFor();
    expect(urls.filter((url) => url.includes(key))).toEqual([]);
  });

  it('requests no URL with the secret of a key that is pasted with other characters', async () => {
    const page = await test.openAs(email);
    const { id, key } = keys[3]!;
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.goto('/api-keys');
    await search(page).fill(`${key}_old`);
    await search(page).press('Enter');
    await page.waitForURL(`**/api-keys?search=chm_${id}_old`);
    expect(urls.filter((url) => url.includes(key))).toEqual([]);
  });

  it('copies the start of a key and says so', async () => {
    const page = await test.openAs(email);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/api-keys?search=key%2021');
    await page.getByRole('button', { name: 'Copy the prefix of Key 21' }).click();
    const region = page.locator('[data-announcements]');
    await until(async () => (await region.textContent()) === 'Copied');
    // Our pages must not read the clipboard. API responses have no such policy.
    const reader = await page.context().newPage();
    await reader.goto('/health/live');
    await reader.bringToFront();
    expect(await reader.evaluate('navigator.clipboard.readText()')).toBe(`chm_${keys[21]!.id}`);
  });

  it('shows 20 keys on a phone in two lines each, without actions', async () => {
    const page = await test.openAs(email, { viewport: { width: 390, height: 844 } });
    await page.goto('/api-keys');
    expect(await page.getByRole('row').count()).toBeGreaterThanOrEqual(20);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(2_000);
    expect(await page.getByRole('link', { name: /^Revoke/ }).count()).toBe(1);
    const row = page.locator('tbody tr').first();
    const [name, status] = [row.getByRole('link'), row.getByText('Active')];
    const middleOf = async (part: typeof name) => {
      const { y, height } = (await part.boundingBox())!;
      return y + height / 2;
    };
    expect(Math.abs((await middleOf(name)) - (await middleOf(status)))).toBeLessThan(6);
    const items = await page.getByRole('navigation', { name: 'Main' }).getByRole('listitem').all();
    const tops = await Promise.all(items.map(async (item) => (await item.boundingBox())!.y));
    expect(new Set(tops.map(Math.round)).size).toBe(1);
  });

  it('keeps its place when a key is revoked, and opens a link in a new tab', async () => {
    const page = await test.openAs(email);
    await page.goto('/api-keys?view=active&search=key&limit=50');
    const link = page.getByRole('link', { name: 'Revoke Key 7', exact: true });
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      link.click({ modifiers: ['Control'] }),
    ]);
    await tab.getByRole('heading', { name: 'Revoke “Key 7”?' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await link.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('“Key 7” has been revoked.').waitFor();
    expect(pathOf(page)).toBe('/api-keys?view=active&search=key&limit=50');
    await page.reload();
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    expect(await page.getByText('has been revoked').count()).toBe(0);
  });

  it('leads to the previous page and back', async () => {
    const page = await test.openAs(email);
    await page.goto('/api-keys?view=all');
    const names = () => page.locator('tbody th').allTextContents();
    const first = await names();
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await page.waitForURL('**cursor=**');
    expect(await names()).toHaveLength(2);
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.waitForURL('**/api-keys?view=all');
    expect(await names()).toEqual(first);
  });
});
