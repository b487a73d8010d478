// Every page fits at every width, and everything on it can be used, with and without scripts.
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.js';
import { ConsoleTest, LANGUAGES } from '../support/console-test.js';

/** Widths in CSS pixels and device pixels for each. The last one is 1280 pixels at a zoom of 200 %. */
const SCREENS = [
  ...[320, 390, 576, 768, 1024, 1100, 1280, 1440].map((width) => [width, 1] as const),
  [640, 2] as const,
];
const HEIGHT = 900;

/** Everything that scrolls sideways, except code, chips and tables of numbers, which may scroll on phones. */
const SCROLLS = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
  ...[...document.querySelectorAll('body *:not(pre)')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
    .filter((element) => !element.matches('.chips') && !element.querySelector('table.numbers'))
  .map(({ tagName, className }) => tagName.toLowerCase() + '.' + className),
].map((what) => what + ' scrolls sideways')`;

const MIN_MARGIN = 12;
/** Headings too close to the left edge. */
const MARGINS = `[...document.querySelectorAll('h1')]
  .map((heading) => heading.getBoundingClientRect().left)
  .filter((left) => left < ${MIN_MARGIN})
  .map((left) => 'h1 is ' + left + ' px from the edge')`;

const MIN_TARGET = 24;
/** Controls that are too small to hit. Links inside sentences may be as high as their line. A label counts too. */
const TARGETS = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => {
    const hasText = [...element.parentNode.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== '');
    return !(getComputedStyle(element).display === 'inline' && hasText);
  })
  .flatMap((element) => {
    const target = element.matches('[type=checkbox], [type=radio]') ? (element.closest('label') ?? element) : element;
    const { width, height } = target.getBoundingClientRect();
    if (width === 0 || (width >= ${MIN_TARGET} && height >= ${MIN_TARGET})) return [];
    return [element.outerHTML.slice(0, 120) + ' is only ' + Math.round(Math.min(width, height)) + ' px'];
  })`;

/** Controls that do nothing without scripts. */
const DEAD = `[...document.querySelectorAll('button, a, [onclick], dialog, canvas, [role=button], [role=tab]')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !(element.matches('a[href]:not([href="#"])') || (element.form && element.type === 'submit')))
  .map((element) => element.outerHTML.slice(0, 120) + ' does nothing')`;

/** The layout after the scripts have reacted to a new width. */
const SETTLED = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

describeInBrowser('the layout of every page, in a browser', () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await ConsoleTest.start();
  });

  afterEach(() => test.browser.closeWindows());

  afterAll(() => test.stop());

  /** What is wrong on the page at one of the widths. The same problem at several widths is named once. */
  async function problemsAtAllWidths(page: Page, hasScripts: boolean): Promise<string[]> {
    const session = await page.context().newCDPSession(page);
    const widths = new Map<string, number[]>();
    for (const [width, deviceScaleFactor] of SCREENS) {
      const metrics = { width, height: HEIGHT, deviceScaleFactor, mobile: false };
      await session.send('Emulation.setDeviceMetricsOverride', metrics);
      if (hasScripts) await page.evaluate(SETTLED);
      const problems = await page.evaluate<string[]>(`[...${SCROLLS}, ...${MARGINS}, ...${TARGETS}]`);
      for (const problem of problems) widths.set(problem, [...(widths.get(problem) ?? []), width]);
    }
    await session.send('Emulation.clearDeviceMetricsOverride');
    await session.detach();
    return [...widths].map(([problem, at]) => `${problem} at ${at.join(', ')} px`);
  }

  describe.each(LANGUAGES)('%s', (_title, prefix) => {
    it('fits at every width, and every control is large enough', async () => {
      const problems = await test.problemsOf({ prefix }, (page) => problemsAtAllWidths(page, true));
      expect(problems).toEqual([]);
    });

    it('fits without scripts, and every control works', async () => {
      const problems = await test.problemsOf({ prefix, javaScriptEnabled: false }, async (page) => [
        ...(await page.evaluate<string[]>(DEAD)),
        ...(await problemsAtAllWidths(page, false)),
      ]);
      expect(problems).toEqual([]);
    });
  });
});
