// Pages that show a secret once: leaving, going back, reloading, and the form for a new key.
import type { Page } from 'playwright-core';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';

const KEY = /^chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/;

describeInBrowser('in a browser', () => {
  let test: BrowserTest;
  let page: Page;

  beforeAll(async () => {
    test = await BrowserTest.start();
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const openForm = async (options: Parameters<BrowserTest['openAs']>[1] = {}) => {
    const { email } = await test.server.createCaller('standard', 0);
    page = await test.openAs(email, options);
    await page.goto('/api-keys/create');
    return page;
  };
  const secret = () => page.getByLabel('API key', { exact: true });
  const save = () => page.getByRole('checkbox', { name: 'I’ve saved this key' }).check();
  const done = () => page.getByRole('button', { name: 'Done' }).click();
  const path = () => new URL(page.url()).pathname;

  async function createKey(name = 'Mine'): Promise<string> {
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    return (await secret().textContent())!;
  }

  describe('a new key', () => {
    it('is left by Done for the list, from which Back leads to an empty form', async () => {
      await openForm();
      const key = await createKey();
      await save();
      await done();
      await page.getByRole('heading', { name: 'API keys' }).waitFor();
      expect(page.url()).toMatch(/\/api-keys$/);
      await page.goBack();
      await page.getByRole('heading', { name: 'Create API key' }).waitFor();
      expect(await page.content()).not.toContain(key);
      await page.goForward();
      await page.getByRole('heading', { name: 'API keys' }).waitFor();
    });

    it('that is saved becomes the page of the key on reload, and on Back from another page', async () => {
      await openForm();
      const key = await createKey('Kept');
      await save();
      expect(path()).toBe(`/api-keys/${key.slice(4, 16)}`);
      await page.reload();
      await page.getByRole('heading', { name: 'Kept' }).waitFor();
      expect(await page.content()).not.toContain(key);

      await page.goto('/api-keys/create');
      const other = await createKey('Other');
      await save();
      await page.getByRole('link', { name: 'Help' }).click();
      await page.getByRole('heading', { name: 'Help' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Other' }).waitFor();
      await until(async () => !(await page.content()).includes(other));
    });

    it('that is not saved stays on reload, and warns before it is left', async () => {
      await openForm();
      const key = await createKey();
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.type());
        void dialog.accept();
      });
      await page.reload();
      expect(await secret().textContent()).toBe(key);
      expect(dialogs).toEqual(['beforeunload']);
      expect(path()).toBe('/api-keys/create');
      await save();
    });

    it.each([
      [320, true],
      [320, false],
      [1280, true],
    ])('shows whole and can be selected at %i pixels, with JavaScript: %s', async (width, isScripted) => {
      await openForm({ javaScriptEnabled: isScripted, viewport: { width, height: 800 } });
      const key = await createKey();
      expect(key).toMatch(KEY);
      const box = (await secret().boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      const code = secret().locator('code');
      const overflow = await code.evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(overflow).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await code.click();
      expect(await page.evaluate('getSelection().toString()')).toBe(key);
      if (isScripted) await save();
    });

    it('has Copy as the first thing that the keyboard reaches, and announces it', async () => {
      await openForm();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await createKey();
      await page.locator('#content').focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Copy');
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
      await save();
    });
  });

  it('leads from a temporary password to the page of the user', async () => {
    page = await test.openAs(ADMIN);
    await page.goto('/admin/users/create');
    await page.getByRole('textbox', { name: 'Name' }).fill('Grace');
    await page.getByRole('textbox', { name: 'Email' }).fill(`${crypto.randomUUID()}@example.com`);
    await page.locator('main form button[type=submit]').click();
    const password = (await page.getByLabel('Temporary password', { exact: true }).textContent())!;
    await page.getByRole('checkbox', { name: 'I’ve saved this password' }).check();
    expect(path()).toMatch(/^\/admin\/users\/[\da-f-]{36}$/);
    await page.reload();
    await page.getByRole('heading', { name: 'Grace' }).waitFor();
    expect(await page.content()).not.toContain(password);
  });

  describe('the end of a new key', () => {
    const moment = () => page.locator('[data-moment]').innerText();
    const date = () => page.getByLabel('Expiration date', { exact: true });

    it('is the end of the chosen day in the time zone of the browser', async () => {
      await openForm({ timezoneId: 'America/Santiago' });
      expect(await moment()).toBe('The key works until you revoke it.');
      await page.getByRole('radio', { name: 'Custom date' }).check();
      // Midnight of the next day is skipped.
      await date().fill('2099-09-05');
      expect(await moment()).toMatch(/^The key works until Sep 5, 2099, 11:59:59.PM GMT-4\.$/);
      await createKey('Ends');
      await save();
      await page.reload();
      await page.locator('time', { hasText: 'Sep 5, 2099' }).waitFor();
    });

    it('of each lifetime has a date beside it', async () => {
      await openForm();
      const label = page.locator('label', { hasText: '30 days' });
      const day = /until (.+)\)/.exec(await label.innerText())![1]!;
      await label.click();
      await until(async () => (await moment()).includes('The key works until'));
      expect(new Date(/until (.+\d{4}),/.exec(await moment())![1]!)).toEqual(new Date(day));
    });

    it('is in UTC without JavaScript, and the page says so', async () => {
      await openForm({ javaScriptEnabled: false });
      expect(await moment()).toBe('A key works until the end of its last day in the time zone UTC.');
      expect(await date().isVisible()).toBe(false);
      await page.getByRole('radio', { name: 'Custom date' }).check();
      await date().fill('2099-12-31');
      await createKey('Ends');
      await page.goto('/api-keys');
      const time = page.getByRole('row', { name: 'Ends' }).locator('time').last();
      expect(await time.getAttribute('datetime')).toBe('2100-01-01T00:00:00.000Z');
      expect(await time.innerText()).toBe('Dec 31, 2099');
    });
  });
});
