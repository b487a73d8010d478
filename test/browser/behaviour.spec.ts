// Pages beyond the common tasks: keyboard use, double clicks, time zones, languages.
import type { Page } from 'playwright-core';
import { PASSWORD } from '../support/app.js';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';
import { withKey } from '../support/instance.js';

describeInBrowser('in a browser', () => {
  let test: BrowserTest;
  let email: string;
  let page: Page;

  beforeAll(async () => {
    test = await BrowserTest.start();
  });

  beforeEach(async () => {
    ({ email } = await test.server.createCaller('standard', 0));
    page = await test.openAs(email);
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  const keyField = () => page.getByLabel('API key', { exact: true });
  const rows = () => page.getByRole('row').count();

  async function createKey(name: string): Promise<string> {
    await page.goto('/api-keys/create');
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    return (await keyField().textContent())!;
  }

  async function confirmSaved(): Promise<void> {
    await page.getByRole('checkbox', { name: 'I’ve saved this key' }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
  }

  it('creates one key on a double click and a reload, and shows it again', async () => {
    await page.goto('/api-keys/create');
    await page.getByRole('textbox', { name: 'Name' }).fill('Once');
    await page.getByRole('button', { name: 'Create' }).dblclick();
    const key = (await keyField().textContent())!;
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    expect((await keyField().textContent())!).toBe(key);
    await confirmSaved();
    expect(await rows()).toBe(2);
  });

  it('asks before leaving a new key, unless it is saved', async () => {
    await createKey('Mine');
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.type());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Help' }).click();
    await until(async () => dialogs.length > 0);
    expect(dialogs).toEqual(['beforeunload']);
    await keyField().waitFor();
    await confirmSaved();
    expect(dialogs).toEqual(['beforeunload']);
  });

  it('copies the key and the examples', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const key = await createKey('Copied');
    // Our pages must not read the clipboard. API responses have no such policy.
    const reader = await page.context().newPage();
    await reader.goto('/health/live');
    const clipboard = async () => {
      await reader.bringToFront();
      const text = await reader.evaluate<string>('navigator.clipboard.readText()');
      await page.bringToFront();
      return text;
    };
    await page.bringToFront();
    await page.getByRole('button', { name: 'Copy: API key' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await clipboard()).toBe(key);
    await page.getByText('Python').click();
    await page.getByRole('button', { name: 'Copy the Python example' }).click();
    await until(async () => (await clipboard()).includes('requests.post('));
    expect(await clipboard()).toContain(`${test.server.url.replace('127.0.0.1', 'localhost')}/api/v1/ping`);
    await confirmSaved();
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto('/api-keys/create');
    // The name field already has the focus.
    await page.keyboard.type('By hand');
    await page.keyboard.press('Enter');
    await keyField().waitFor();
    await confirmSaved();

    await page.getByRole('link', { name: 'Revoke By hand' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Revoke “By hand”?' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Revoke By hand');

    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Revoke key' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('“By hand” has been revoked.').waitFor();
  });

  it('shows before a revocation when and from where the key was last used', async () => {
    const key = await createKey('Busy');
    await confirmSaved();
    await test.server.request('POST', '/ping', withKey(key), {});
    await until(async () => {
      await page.goto('/api-keys');
      return (await page.getByRole('table').getByText('Never used').count()) === 0;
    });
    await page.getByRole('link', { name: 'Revoke Busy' }).click();
    await page
      .getByRole('dialog')
      .getByText(/Last used .+ from 127\.0\.0\.1\./)
      .waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('keeps the rate-limit meter up to date', async () => {
    const key = await createKey('Metered');
    await confirmSaved();
    await page.getByText('100 of 100 requests left').waitFor();
    for (let i = 0; i < 7; i++) await test.server.request('POST', '/ping', withKey(key), {});
    await page.getByText('93 of 100 requests left').waitFor();
    const refill = page.getByText('More requests become available');
    const secondsLeft = async () => Number(/in (\d+) seconds/.exec(await refill.innerText())![1]);
    const first = await secondsLeft();
    expect(first).toBeLessThanOrEqual(60);
    await until(async () => (await secondsLeft()) < first);
    expect(await page.getByRole('meter').evaluate((meter) => Reflect.get(meter, 'value') as number)).toBe(93);
  });

  it('shows times in the local time zone', async () => {
    const key = await createKey('Timed');
    await confirmSaved();
    const cell = page.getByRole('row').nth(1).locator('time').first();
    expect(await cell.textContent()).toMatch(/^(now|\d+ seconds? ago)$/);
    const iso = await cell.getAttribute('datetime');
    const expected = new Intl.DateTimeFormat('en', {
      dateStyle: 'medium',
      timeStyle: 'long',
      timeZone: 'Asia/Kathmandu',
    }).format(new Date(iso!));
    expect(await cell.getAttribute('title')).toBe(expected);
    expect(key).toMatch(/^chm_/);
  });

  it('shows names that look like HTML as text', async () => {
    const name = '<img src=x onerror=alert(1)>"\'&<script>alert(2)</script>';
    await createKey(name);
    await confirmSaved();
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name }).waitFor();
    await page.goto(`/api-keys?search=${encodeURIComponent(name)}`);
    expect(await page.getByRole('searchbox').inputValue()).toBe(name);
    await page.getByRole('table').getByRole('link', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('heading', { name }).waitFor();
    expect(await page.evaluate('document.images.length')).toBe(1);
  });

  it('leads to sign-in after the session was ended in another window, and then back', async () => {
    await page.goto('/api-keys/create');
    await page.getByRole('textbox', { name: 'Name' }).fill('Late');
    const other = await test.openAs(email);
    await other.goto('/account');
    await other.getByRole('button', { name: 'Sign out all other sessions' }).click();
    await other.getByText('All other sessions have been signed out.').waitFor();

    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Your session has ended. Sign in again.').waitFor();
    await test.signIn(page, email);
    await page.getByRole('heading', { name: 'Create API key' }).waitFor();
    await page.goto('/api-keys');
    await page.getByText('No API keys yet').waitFor();
  });

  it('makes a new user replace their temporary password', async () => {
    const admin = await test.server.signIn('root@example.com');
    const newcomer = { email: `${crypto.randomUUID()}@example.com`, name: 'New', role: 'standard' };
    const { body } = await test.server.request('POST', '/admin/users', admin, newcomer);
    const window = await test.open();
    await window.goto('/api-keys?status=active');
    await test.signIn(window, newcomer.email, String(body['temporaryPassword']));
    await window.getByText('You signed in with a temporary password.').waitFor();
    await window.getByLabel('New password').fill('123456789012');
    await window.getByRole('button', { name: 'Change password' }).click();
    await window.getByText('This password is too common. Choose another.').waitFor();
    expect(await window.getByLabel('New password').inputValue()).toBe('');
    await window.getByLabel('New password').fill(PASSWORD);
    await window.getByRole('button', { name: 'Change password' }).click();
    await window.waitForURL('**/api-keys?status=active');
  });

  it("uses the browser's language until another one is chosen", async () => {
    const window = await test.open({ locale: 'zh-CN' });
    await window.goto('/sign-in');
    expect(new URL(window.url()).pathname).toBe('/zh/sign-in');
    await window.getByRole('heading', { name: '登录' }).waitFor();
    await window.getByRole('button', { name: 'English' }).click();
    await window.getByRole('heading', { name: 'Sign in' }).waitFor();
    await window.goto('/help');
    expect(new URL(window.url()).pathname).toBe('/help');
    await window.getByRole('button', { name: '简体中文' }).click();
    await window.getByRole('heading', { name: '疑难解答' }).waitFor();
  });

  it('shows an admin which keys will be revoked', async () => {
    const { email: owner, keys } = await test.server.createCaller('standard', 3);
    const window = await test.openAs(ADMIN);
    await window.goto(`/admin/api-keys?search=${owner}`);
    await window.getByRole('checkbox', { name: 'Select Key 0' }).check();
    await window.getByRole('checkbox', { name: 'Select Key 1' }).check();
    await window.getByRole('button', { name: 'Revoke selected…' }).click();
    await window.getByText('2 keys will be revoked.').waitFor();
    await window.getByRole('checkbox', { name: 'I understand that this can’t be undone' }).check();
    await window.getByRole('button', { name: 'Revoke 2 keys' }).click();
    await window.getByText('2 keys revoked.').waitFor();
    const statuses = keys.map(
      async ({ key }) => (await test.server.request('GET', '/me', withKey(key))).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
  });

  it('lets an admin suspend a user after a confirmation', async () => {
    const caller = await test.server.createCaller('standard', 1);
    const { key } = caller.keys[0]!;
    const window = await test.openAs(ADMIN);
    await window.goto(`/admin/users?search=${caller.email}`);
    await window.getByRole('link', { name: 'Somebody' }).click();
    await window.getByRole('link', { name: 'Suspend' }).click();
    await window.getByRole('dialog', { name: 'Suspend Somebody?' }).getByRole('button').click();
    await window.getByText('User suspended.').waitFor();
    expect((await test.server.request('GET', '/me', withKey(key))).status).toBe(403);
    await window.getByRole('button', { name: 'Reactivate' }).click();
    await window.getByText('User reactivated.').waitFor();
    expect((await test.server.request('GET', '/me', withKey(key))).status).toBe(200);
  });

  it('shows the date field only for a custom date', async () => {
    await page.goto('/api-keys/create');
    expect(await page.getByLabel('Expiration date', { exact: true }).isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Custom date' }).check();
    await page.getByLabel('Expiration date', { exact: true }).fill('2199-12-31');
    await page.getByRole('textbox', { name: 'Name' }).fill('Ends');
    await page.getByRole('button', { name: 'Create' }).click();
    await confirmSaved();
    await page.getByText(/Expires (Dec 31, 2199|Jan 1, 2200)/).waitFor();
  });
});
