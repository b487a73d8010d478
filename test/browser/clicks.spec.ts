// The common tasks of a user take at most three clicks after signing in.
import type { Locator, Page } from 'playwright-core';
import { BrowserTest, describeInBrowser } from '../support/browser.js';

const MAX_CLICKS = 3;

describeInBrowser('after signing in', () => {
  let test: BrowserTest;
  let page: Page;
  let clicks: number;

  beforeAll(async () => {
    test = await BrowserTest.start();
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  async function click(target: Locator): Promise<void> {
    clicks++;
    await target.click();
  }

  /** Types a name into the field that has the focus, so that no click is needed. */
  async function typeName(name: string): Promise<void> {
    await page.getByRole('heading', { name: 'Create API key' }).waitFor();
    await page.keyboard.type(name);
  }

  it.each([
    [
      'creates a key for a mobile app and copies it',
      async () => {
        await click(link('Create New Key'));
        await typeName('Mobile App');
        await click(button('Create'));
        await click(page.getByRole('button', { name: /^Copy/ }).first());
        await page.getByText('Copied').first().waitFor();
        await page.getByRole('checkbox').check();
      },
    ],
    [
      'creates a key for a webhook and tests the connection',
      async () => {
        await click(link('Create New Key'));
        await typeName('Webhook Service');
        await click(button('Create'));
        await click(button('Send test request'));
        await page.getByText('"message": "pong"').waitFor();
        await page.getByRole('checkbox').check();
      },
    ],
    [
      'revokes a compromised key',
      async () => {
        await click(page.getByRole('link', { name: 'Revoke Key 0' }));
        await click(page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }));
        await page.getByText('“Key 0” has been revoked.').waitFor();
      },
    ],
    [
      'sees the usage of a key in the last 30 days',
      async () => {
        await click(link('Key 0'));
        await click(link('30 days'));
        await page.getByRole('heading', { name: 'Usage' }).waitFor();
      },
    ],
    [
      'finds the keys that are no longer used',
      async () => {
        await click(
          page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'Unused for 90+ days' }),
        );
        await page.getByText('No keys match your filters.').waitFor();
      },
    ],
  ])('a user %s', async (_task, perform) => {
    const { email } = await test.server.createCaller('standard', 1);
    page = await test.openAs(email);
    clicks = 0;
    await perform();
    expect(clicks).toBeGreaterThan(0);
    expect(clicks).toBeLessThanOrEqual(MAX_CLICKS);
  });
});
