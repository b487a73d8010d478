import type { BrowserContextOptions, Page, Response } from 'playwright-core';
import { BrowserTest } from './browser.js';
import { CONSOLE_SETTINGS, fillConsole, type ConsoleData, type Viewer } from './console-data.js';
import { consoleViews, openView, type View } from './console-views.js';

/** The languages of the console, with the prefix of their paths. */
export const LANGUAGES = [
  ['in English', ''],
  ['in Chinese', '/zh'],
] as const;

interface Options extends BrowserContextOptions {
  /** The prefix of the language. */
  readonly prefix: string;
  /** Runs in every page before its own scripts. */
  readonly initScript?: string;
  /** By default all views. Without scripts, views that need them are left out anyway. */
  readonly only?: (view: View) => boolean;
}

/** Looks at a view, and returns what is wrong with it. */
type Check = (page: Page, view: View) => Promise<readonly string[]>;

/** A browser, and a server with data for every page of the console. */
export class ConsoleTest {
  private readonly documents = new WeakMap<Page, Response>();

  private constructor(
    readonly browser: BrowserTest,
    private readonly data: ConsoleData,
    readonly views: readonly View[],
  ) {}

  static async start(): Promise<ConsoleTest> {
    const browser = await BrowserTest.start(CONSOLE_SETTINGS);
    const data = await fillConsole(browser.server);
    return new ConsoleTest(browser, data, consoleViews(data));
  }

  /** Checks all views, and returns everything that is wrong, so that one run shows all failures. */
  async problemsOf(
    { prefix, initScript, only = () => true, ...options }: Options,
    check: Check,
  ): Promise<string[]> {
    const hasScripts = options.javaScriptEnabled !== false;
    const windows = new Map<Viewer, Page>();
    const problems: string[] = [];
    for (const view of this.views) {
      if ((view.needsScripts && !hasScripts) || !only(view)) continue;
      const page = windows.get(view.as) ?? (await this.open(view.as, options, initScript));
      windows.set(view.as, page);
      const found = await this.problemsOfView(page, view, prefix, check);
      problems.push(...found.map((problem) => `${prefix}${view.path} (${view.title}): ${problem}`));
    }
    return [...problems, ...this.browser.complaints.splice(0)];
  }

  /** The HTML that the server sent for the current page. */
  async htmlOf(page: Page): Promise<string> {
    return this.documents.get(page)!.text();
  }

  async stop(): Promise<void> {
    await this.browser.stop();
  }

  private async open(viewer: Viewer, options: BrowserContextOptions, initScript?: string): Promise<Page> {
    const page = await this.browser.openWith(this.data.sessions[viewer], options);
    if (initScript !== undefined) await page.addInitScript(initScript);
    // Pages with a secret ask before they are left.
    page.on('dialog', (dialog) => void dialog.accept());
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) this.documents.set(page, response);
    });
    return page;
  }

  private async problemsOfView(
    page: Page,
    view: View,
    prefix: string,
    check: Check,
  ): Promise<readonly string[]> {
    try {
      await openView(page, view, prefix);
      return await check(page, view);
    } catch (error) {
      return [String(error)];
    }
  }
}
