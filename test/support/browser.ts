import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { PASSWORD } from './app.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { Instance } from './instance.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium, where `global-setup.ts` has found it. */
const EXECUTABLE = process.env['CHROMIUM_FOR_TESTS'];

/** Tests in a real browser; without one they are skipped, and the run says so. */
export const describeInBrowser = EXECUTABLE ? describe : describe.skip;

export const ADMIN = 'root@example.com';

/** The built server and a browser that looks at it. */
export class BrowserTest {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    readonly server: Instance,
    private readonly browser: Browser,
    private readonly database: TestDatabase,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<BrowserTest> {
    const database = await DATABASES[0]!.create();
    const server = await Instance.start({ DATABASE_URL: database.url, ...env });
    const browser = await chromium.launch({ executablePath: EXECUTABLE!, args: FLAGS });
    return new BrowserTest(server, browser, database);
  }

  /** A fresh browser window in English; what the page's scripts or its security policy complain about fails the test. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.server.url,
      locale: 'en-GB',
      timezoneId: 'Asia/Kathmandu',
      // Colours that fade would be looked at half-way.
      reducedMotion: 'reduce',
      ...options,
    });
    this.contexts.push(context);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${page.url()} ${error.message}`));
    page.on('console', (message) => {
      const isOfScript = !message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && isOfScript) this.complaints.push(`${page.url()} ${message.text()}`);
    });
    return page;
  }

  /** What scripts and the security policy complained about so far. */
  readonly complaints: string[] = [];

  /** A window in which somebody has signed in. */
  async openAs(email: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    await this.signIn(page, email);
    return page;
  }

  /** Signs in on the page that is shown, or on the one to sign in on. */
  async signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
    if (!page.url().includes('/sign-in')) await page.goto('/sign-in');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  }

  /** Ends every window; call it after each test. */
  async closeWindows(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.closeWindows();
    await this.browser.close();
    await this.server.stop();
    await this.database.drop();
  }
}
