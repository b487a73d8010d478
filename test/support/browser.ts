import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { PASSWORD } from './app.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { Instance, type Credential } from './instance.js';

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

/** The path of Chromium, as found by `global-setup.ts`. */
const EXECUTABLE = process.env['CHROMIUM_FOR_TESTS'];

/** Tests in a real browser. Without one they are skipped, and the run reports that. */
export const describeInBrowser = EXECUTABLE ? describe : describe.skip;

export const ADMIN = 'root@example.com';

/** A browser that opens the pages of a server. */
export class BrowserWindows {
  private readonly contexts: BrowserContext[] = [];

  protected constructor(
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  /** @param url the server's address. */
  static async launch(url: string): Promise<BrowserWindows> {
    return new BrowserWindows(await BrowserWindows.browser(), url);
  }

  protected static browser(): Promise<Browser> {
    return chromium.launch({ executablePath: EXECUTABLE!, args: FLAGS });
  }

  /** Opens a new browser window in English. Script errors and policy violations of its pages fail the test. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      locale: 'en-GB',
      timezoneId: 'Asia/Kathmandu',
      // axe would measure colours in the middle of a transition.
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

  /** Script errors and policy violations so far. */
  readonly complaints: string[] = [];

  /** Opens a window with an existing session, or without one. */
  async openWith(session: Credential | null, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    const [name, value] = (session?.['Cookie'] ?? '').split('=');
    if (name && value) await page.context().addCookies([{ name, value, url: this.url }]);
    return page;
  }

  /** Closes every window. Call it after each test. */
  async closeWindows(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.closeWindows();
    await this.browser.close();
  }
}

/** The built server and a browser that opens its pages. */
export class BrowserTest extends BrowserWindows {
  private constructor(
    readonly server: Instance,
    private readonly database: TestDatabase,
    browser: Browser,
  ) {
    super(browser, server.url);
  }

  static async start(env: Record<string, string> = {}): Promise<BrowserTest> {
    const database = await DATABASES[0]!.create();
    const server = await Instance.start({ DATABASE_URL: database.url, ...env });
    return new BrowserTest(server, database, await BrowserWindows.browser());
  }

  /** Opens a window with a signed-in user. */
  async openAs(email: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    await this.signIn(page, email);
    return page;
  }

  /** Signs in on the current page if it is the sign-in page, otherwise on that page. */
  async signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
    if (!page.url().includes('/sign-in')) await page.goto('/sign-in');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.server.stop();
    await this.database.drop();
  }
}
