// Signing in, replacing a temporary password, and the first key.
import type { Page } from 'playwright-core';
import { PASSWORD } from '../support/app.js';
import { ADMIN, BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';

describeInBrowser('in a browser', () => {
  let test: BrowserTest;

  beforeAll(async () => {
    test = await BrowserTest.start({ RATE_LIMIT_ANONYMOUS: '100000' });
  });

  afterEach(async () => {
    await test.closeWindows();
    expect(test.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => test.stop());

  async function newcomer() {
    const admin = await test.server.signIn(ADMIN);
    const user = { email: `${crypto.randomUUID()}@example.com`, name: 'New', role: 'standard' };
    const { body } = await test.server.request('POST', '/admin/users', admin, user);
    return { email: user.email, temporary: String(body['temporaryPassword']) };
  }

  const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');
  const menu = (page: Page) =>
    page.getByRole('navigation', { name: 'Main' }).getByRole('listitem').allInnerTexts();

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_title, javaScriptEnabled) => {
    it('leads from a temporary password to the first key in four screens', async () => {
      const { email, temporary } = await newcomer();
      const page = await test.open({ javaScriptEnabled });
      const screens: string[] = [];
      page.on('framenavigated', (frame) => screens.push(new URL(frame.url()).pathname));
      await page.goto('/');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(temporary);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('You signed in with a temporary password.').waitFor();
      await page.getByLabel('New password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('Password changed.').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Create New Key' }).first().click();
      await page.getByRole('textbox', { name: 'Name' }).fill('First');
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'Your new API key' }).waitFor();
      expect(screens).toEqual([
        '/sign-in',
        '/account/password',
        '/api-keys',
        '/api-keys/create',
        // The key.
        '/api-keys/create',
      ]);
      await page.getByRole('checkbox', { name: 'I’ve saved this key' }).check();
    });

    it('shows only what works in the menu while the password is temporary', async () => {
      const { email, temporary } = await newcomer();
      const page = await test.open({ javaScriptEnabled });
      await test.signIn(page, email, temporary);
      expect(await menu(page)).toEqual(['Help', 'Sign out']);
      await page.getByRole('link', { name: 'Help' }).click();
      await page.getByRole('heading', { name: 'Help' }).waitFor();
      expect(await menu(page)).toEqual(['Help', 'Sign out']);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await menu(page)).toEqual(['API keys', 'Help']);
    });

    it('has the focus in the field to fill in', async () => {
      const page = await test.open({ javaScriptEnabled });
      await page.goto('/sign-in');
      await until(async () => (await focused(page)) === 'email');
      await page.getByLabel('Email').fill(`${crypto.randomUUID()}@example.com`);
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Incorrect email or password.').waitFor();
      await until(async () => (await focused(page)) === 'password');
      expect(await page.title()).toBe('Error: Sign in · Chameleon');
    });

    it('marks only the error of a denied password', async () => {
      const { email, temporary } = await newcomer();
      const page = await test.open({ javaScriptEnabled });
      await test.signIn(page, email, temporary);
      await until(async () => (await focused(page)) === 'newPassword');
      await page.getByLabel('New password').fill('123456789012');
      await page.getByRole('button', { name: 'Change password' }).click();
      const error = page.locator('#newPassword-error');
      await error.waitFor();
      const colorOf = (selector: string) =>
        page.locator(selector).evaluate((element) => getComputedStyle(element).color);
      expect(await colorOf('#newPassword-hint')).toBe(await colorOf('p.lead'));
      expect(await colorOf('#newPassword-error')).not.toBe(await colorOf('p.lead'));
      await until(async () => (await focused(page)) === 'newPassword');
    });

    it('has fields that password managers understand', async () => {
      const { email } = await test.server.createCaller('standard', 0);
      const page = await test.open({ javaScriptEnabled });
      const fields = () =>
        page
          .locator('main input:not([name=next])')
          .evaluateAll((inputs) =>
            inputs.map((input) => [input.getAttribute('autocomplete'), (input as HTMLInputElement).value]),
          );
      await page.goto('/sign-in');
      expect(await fields()).toEqual([
        ['username', ''],
        ['current-password', ''],
      ]);
      await test.signIn(page, email);
      await page.goto('/account/password');
      expect(await fields()).toEqual([
        ['username', email],
        ['current-password', ''],
        ['new-password', ''],
      ]);
    });
  });

  it('shows a password without moving the caret or the focus, and hides it before it is sent', async () => {
    const page = await test.open();
    await page.goto('/sign-in');
    const field = page.getByLabel('Password', { exact: true });
    const button = page.getByRole('button', { name: 'Show Password' });
    await field.fill('abcdef');
    await field.press('ArrowLeft');
    await field.press('ArrowLeft');
    await button.click();
    expect(await field.getAttribute('type')).toBe('text');
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.type('X');
    expect(await field.inputValue()).toBe('abcdXef');
    await button.focus();
    await page.keyboard.press('Space');
    expect(await field.getAttribute('type')).toBe('password');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.keyboard.press('Space');
    const types: string[] = [];
    await page.exposeFunction('noteType', (type: string) => types.push(type));
    await page.evaluate(
      "document.querySelector('main form').addEventListener('submit', () => noteType(password.type))",
    );
    await page.getByLabel('Email').fill('nobody@example.com');
    await field.press('Enter');
    await page.getByText('Incorrect email or password.').waitFor();
    expect(types).toEqual(['password']);
  });

  it('has no button for showing a password without JavaScript', async () => {
    const page = await test.open({ javaScriptEnabled: false });
    await page.goto('/sign-in');
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Show' }).count()).toBe(0);
  });

  it('counts down the time until the next attempt', async () => {
    const page = await test.open();
    await page.clock.install();
    const email = `${crypto.randomUUID()}@example.com`;
    await page.goto('/sign-in');
    await page.getByLabel('Email').fill(email);
    for (const notice of ['password.', 'password.', '2 attempts left', '1 attempt left', 'Too many']) {
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByLabel('Password', { exact: true }).press('Enter');
      await page.getByRole('alert').filter({ hasText: notice }).waitFor();
    }
    const timer = page.getByRole('timer');
    const start = Number(/in (\d+) seconds/.exec(await timer.innerText())![1]);
    await page.clock.runFor(10_000);
    const later = Number(/in (\d+) seconds/.exec(await timer.innerText())![1]);
    expect(start - later).toBeGreaterThanOrEqual(9);
    await page.clock.runFor(60_000);
    expect(await timer.innerText()).toBe('You can try again now.');
  });
});
