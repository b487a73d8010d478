// The "Common Tasks" of the product's documentation, with and without JavaScript.
import type { Page } from 'playwright-core';
import { withKey } from '../support/instance.js';
import { BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';

const KEY = /^chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/;

describeInBrowser('in a browser', () => {
  let test: BrowserTest;

  beforeAll(async () => {
    test = await BrowserTest.start();
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const ping = (key: string) => test.server.request('POST', '/ping', withKey(key), { key: 'value' });

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_title, javaScriptEnabled) => {
    let page: Page;

    beforeEach(async () => {
      const { email } = await test.server.createCaller('standard');
      page = await test.openAs(email, { javaScriptEnabled });
    });

    const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name });

    async function createKey(name: string): Promise<string> {
      await page.goto('/api-keys');
      await page.getByRole('link', { name: 'Create New Key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'Your new API key' }).waitFor();
      return (await page.getByLabel('API key', { exact: true }).textContent())!;
    }

    /** Confirms that the key is saved, which the page requires. */
    async function confirmSaved(): Promise<void> {
      await page.getByRole('checkbox', { name: 'I’ve saved this key' }).check();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.waitForURL(/\/api-keys\?*$/);
    }

    async function revoke(name: string): Promise<void> {
      await page.goto('/api-keys');
      await rowOf(name).getByRole('link', { name: 'Revoke' }).click();
      const question = javaScriptEnabled ? page.getByRole('dialog') : page.getByRole('main');
      await question.getByRole('heading', { name: `Revoke “${name}”?` }).waitFor();
      await question.getByText('This can’t be undone').waitFor();
      await question.getByRole('textbox', { name: 'Reason' }).fill('Leaked in a commit');
      await question.getByRole('button', { name: 'Revoke key' }).click();
      await page.getByText(`“${name}” has been revoked.`).waitFor();
    }

    it('creates an API key for a mobile app', async () => {
      const key = await createKey('Mobile App');

      expect(key).toMatch(KEY);
      await page.getByText('Copy this key now. You won’t be able to see it again.').waitFor();
      expect((await ping(key)).status).toBe(200);
      await confirmSaved();
      await rowOf('Mobile App').getByText('Active').waitFor();
      await rowOf('Mobile App').getByText(key.slice(0, 16)).waitFor();
      expect(await page.content()).not.toContain(key);
    });

    it('creates an API key for a webhook and tests the connection', async () => {
      const key = await createKey('Webhook Service');

      const button = page.getByRole('button', { name: 'Send test request' });
      if (javaScriptEnabled) {
        await button.click();
        await page.getByText('"message": "pong"').waitFor();
        await page.getByText('ratelimit: "standard";r=99;t=60').waitFor();
      } else {
        expect(await button.count()).toBe(0);
        expect((await ping(key)).body).toMatchObject({
          message: 'pong',
          apiKey: { name: 'Webhook Service' },
        });
      }
      await confirmSaved();
    });

    it('revokes a compromised key and creates a new one', async () => {
      const key = await createKey('Nightly job');
      await confirmSaved();
      expect((await ping(key)).status).toBe(200);

      await revoke('Nightly job');

      expect((await ping(key)).body).toMatchObject({ status: 401, code: 'api_key_revoked' });
      // The list hides revoked keys until the user asks for them.
      expect(await rowOf('Nightly job').count()).toBe(0);
      await page.getByRole('link', { name: 'Revoked', exact: true }).click();
      await rowOf('Nightly job').getByText('Revoked').waitFor();
      expect(await rowOf('Nightly job').getByRole('link', { name: 'Revoke' }).count()).toBe(0);
      await rowOf('Nightly job').getByRole('link', { name: 'Nightly job', exact: true }).click();
      await page.getByText('Leaked in a commit').waitFor();

      const another = await createKey('Nightly job 2');
      expect((await ping(another)).status).toBe(200);
      await confirmSaved();
    });

    it('shows which keys are used and which are unused', async () => {
      const used = await createKey('Reporting');
      await confirmSaved();
      await createKey('Forgotten');
      await confirmSaved();
      await ping(used);

      await until(async () => {
        await page.goto('/api-keys');
        return (await rowOf('Reporting').getByText('Never used').count()) === 0;
      });
      await rowOf('Forgotten').getByText('Never used').waitFor();
      await rowOf('Reporting').getByRole('link', { name: 'Reporting', exact: true }).click();
      await page.getByText('from 127.0.0.1').waitFor();
      await page.getByText('Show as a table').click();
      const accepted = page
        .getByRole('row')
        .filter({ has: page.getByRole('cell', { name: '1', exact: true }) });
      expect(await accepted.count()).toBe(1);
      await page.getByRole('link', { name: '30 days' }).click();
      await page.getByText('Show as a table').click();
      expect(await page.getByRole('row').count()).toBeGreaterThan(30);
    });
  });
});
