// axe finds no violation on any page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.js';
import { ConsoleTest, LANGUAGES } from '../support/console-test.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** These tags also select rules that axe leaves out otherwise, for example `target-size`. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const run = (runOnly: readonly string[]) =>
  `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(runOnly)} })`;

/** In dark mode, only contrast can differ. */
const SCHEMES = [
  ['light', run(TAGS)],
  ['dark', run(['color-contrast'])],
] as const;

interface AxeRule {
  readonly id: string;
  readonly tags: readonly string[];
  readonly nodes: readonly { readonly html: string }[];
}

interface AxeResults {
  readonly violations: readonly AxeRule[];
  readonly passes: readonly AxeRule[];
}

describeInBrowser('every page, for axe in a browser', () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await ConsoleTest.start();
  });

  afterEach(() => test.browser.closeWindows());

  afterAll(() => test.stop());

  /** The ids and tags of all rules that found something to check. */
  const checked = new Set<string>();

  async function violationsOn(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const found: string[] = [];
    for (const [colorScheme, command] of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const { violations, passes } = await page.evaluate<AxeResults>(command);
      if (passes.length === 0) found.push(`axe checked nothing in ${colorScheme} mode`);
      for (const { id, tags } of passes) for (const name of [id, ...tags]) checked.add(name);
      for (const { id, nodes } of violations)
        found.push(...nodes.map(({ html }) => `${colorScheme} ${id}: ${html}`));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    return found;
  }

  it.each(LANGUAGES)('is accessible %s, in light and dark mode', async (_title, prefix) => {
    const options = { prefix, viewport: { width: 1280, height: 900 } };
    expect(await test.problemsOf(options, violationsOn)).toEqual([]);
    expect(
      ['best-practice', 'wcag2aa', 'wcag21aa', 'target-size'].filter((name) => !checked.has(name)),
    ).toEqual([]);
  });
});
