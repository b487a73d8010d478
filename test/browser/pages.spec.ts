// Every page is small and stays where it is while it loads. These checks see every page of the code.
import type { CDPSession, Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.js';
import { pagesMissingIn } from '../support/console-routes.js';
import { ConsoleTest, LANGUAGES } from '../support/console-test.js';
import { PagesInPieces } from '../support/pages-in-pieces.js';

const MAX_BYTES = 60_000;
/** Less would mean that the style sheets weren't counted. */
const MIN_BYTES = 12_000;
const MAX_SHIFT = 0.01;

/** Adds up how far the parts of the page move while it loads. Movements after input don't count. */
const OBSERVE_SHIFTS = `
  globalThis.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
`;
/** All files have loaded, all scripts have run, the charts are drawn, and the result has been painted. */
const HAS_LOADED = `document.readyState === 'complete' && document.fonts.status === 'loaded' &&
  [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('canvas, svg'))`;
const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';
const SHIFTS = `shifts.filter(({ hadRecentInput }) => !hadRecentInput).map(({ value, sources }) => [
  value,
  sources.map(({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 80)).join(' and '),
])`;

describeInBrowser('every page, while it loads in a browser', () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await ConsoleTest.start();
  });

  afterEach(() => test.browser.closeWindows());

  afterAll(() => test.stop());

  /** Counts the bytes of a page with all its files, as sent. */
  async function countBytes(session: CDPSession): Promise<() => number> {
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send('Network.enable');
    // Cached files would count as 0 bytes.
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    return () => bytes;
  }

  /** How far the parts of a page have moved since it began to load, if that is too far. */
  async function shiftsOf(page: Page): Promise<string[]> {
    await page.waitForFunction(HAS_LOADED);
    await page.evaluate(PAINTED);
    const shifts = await page.evaluate<[number, string][]>(SHIFTS);
    const total = shifts.reduce((sum, [value]) => sum + value, 0);
    return total > MAX_SHIFT
      ? [`shifts by ${total.toFixed(3)}: ${shifts.map(([, nodes]) => nodes).join('; ')}`]
      : [];
  }

  async function problemsWhileLoading(page: Page): Promise<string[]> {
    const session = await page.context().newCDPSession(page);
    const bytes = await countBytes(session);
    await page.reload();
    const shifts = await shiftsOf(page);
    await session.detach();
    return [...(bytes() > MAX_BYTES || bytes() < MIN_BYTES ? [`weighs ${bytes()} bytes`] : []), ...shifts];
  }

  const optionsFor = (prefix: string, width: number) => ({
    prefix,
    initScript: OBSERVE_SHIFTS,
    viewport: { width, height: 844 },
    only: ({ steps }: { steps?: unknown }) => steps === undefined,
  });

  describe.each(LANGUAGES)('%s', (_title, prefix) => {
    it.each([390, 1280])('is small and stays where it is, %i px wide', async (width) => {
      const problems = await test.problemsOf(optionsFor(prefix, width), problemsWhileLoading);
      expect(problems).toEqual([]);
    });
  });

  it('stays where it is while it arrives in pieces', async () => {
    const pieces = await PagesInPieces.of(test.browser.server);
    const options = { ...optionsFor('', 1280), baseURL: pieces.url };
    const problems = await test.problemsOf(options, shiftsOf);
    pieces.stop();
    expect(problems).toEqual([]);
  });

  it('is among the checked ones', async () => {
    expect(await pagesMissingIn(test.views.map(({ path }) => path))).toEqual([]);
  });
});
