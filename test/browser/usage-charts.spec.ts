// The charts of requests by hour and by day.
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { UsageHourEntity } from '../../src/modules/usage/usage-hour.entity.js';
import { TestApp } from '../support/app.js';
import { BrowserWindows, describeInBrowser } from '../support/browser.js';
import { DATABASES } from '../support/databases.js';

const HOUR_MS = 3_600_000;
const MAXIMA = [1, 3, 9, 46_000, 89_999, 90_001, 460_000, 899_999, 1e9];
const WIDTHS = [320, 390, 768, 1280];

interface Label {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The pairs of labels that overlap. */
const overlaps = (labels: readonly Label[]): string[] =>
  labels.flatMap((a, index) =>
    labels
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} and ${b.text}`),
  );

describeInBrowser('usage charts, in a browser', () => {
  let app: TestApp;
  let windows: BrowserWindows;
  let cookie: string;
  /** The ids of keys, by the number of accepted requests in their busiest hour. */
  const idsByMaximum = new Map<number, string>();
  let mixed: string;

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!);
    app.clock.advanceIntoHour();
    windows = await BrowserWindows.launch(app.url);
    const user = await app.createUser();
    cookie = await app.signIn(user.email);
    const createKey = async (name: string) => (await app.createKey(user, { name })).id;
    for (const maximum of [0, ...MAXIMA]) idsByMaximum.set(maximum, await createKey(`Up to ${maximum}`));
    mixed = await createKey('Mixed');

    const thisHour = Math.floor(app.clock.nowMs() / HOUR_MS);
    const none = { accepted: 0, limited: 0, denied: 0 };
    await app.nest
      .get(DataSource)
      .getRepository(UsageHourEntity)
      .insert([
        ...MAXIMA.map((accepted) => ({
          ...none,
          apiKeyId: idsByMaximum.get(accepted)!,
          hour: thisHour - 1,
          accepted,
        })),
        { apiKeyId: mixed, hour: thisHour - 2, accepted: 1_234, limited: 56, denied: 7 },
        { ...none, apiKeyId: mixed, hour: thisHour - 1, denied: 3 },
      ]);
  });

  afterEach(async () => {
    await windows.closeWindows();
    expect(windows.complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await windows.stop();
    await app.stop();
  });

  async function openKey(id: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await windows.openWith({ Cookie: cookie }, options);
    await page.goto(`/api-keys/${id}`);
    return page;
  }

  const chartOf = (page: Page): Locator => page.locator('[data-chart]');
  const tooltipOf = (page: Page): Locator => page.locator('[data-values]');
  const announcementOf = (page: Page): Locator => page.locator('[data-announcement]');

  /** The visible texts that match the selector, from left to right in the document. */
  const labelsOf = (page: Page, selector: string): Promise<Label[]> =>
    page.evaluate<Label[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})]
      .map((element) => ({ text: element.textContent, ...element.getBoundingClientRect().toJSON() }))
      .filter(({ width }) => width > 0)`);

  it.each(MAXIMA)('has a readable scale up to %d', async (maximum) => {
    const page = await openKey(idsByMaximum.get(maximum)!, { viewport: { width: 390, height: 844 } });
    const labels = await labelsOf(page, '.chart-scale text');
    expect(labels[0]!.text).toBe('0');
    expect(labels.length).toBeGreaterThanOrEqual(3);
    expect(overlaps(labels)).toEqual([]);
    const bar = (await page.locator('.chart-plot rect.accepted').boundingBox())!;
    expect(bar.y).toBeGreaterThanOrEqual(labels.at(-1)!.top);
    const chart = (await chartOf(page).boundingBox())!;
    expect(Math.min(...labels.map(({ left }) => left))).toBeGreaterThanOrEqual(chart.x);
  });

  it.each(WIDTHS)('has labels at a width of %d pixels that do not overlap', async (width) => {
    const page = await windows.openWith({ Cookie: cookie }, { viewport: { width, height: 844 } });
    for (const prefix of ['', '/zh']) {
      for (const query of ['', '?period=7d', '?period=30d', '?period=90d']) {
        await page.goto(`${prefix}/api-keys/${mixed}${query}`);
        const labels = await labelsOf(page, '.chart-plot text');
        expect(labels.length).toBeGreaterThanOrEqual(2);
        expect(overlaps(labels)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    }
  });

  it('shows the numbers of a bar beside it while the mouse is over it', async () => {
    const page = await openKey(mixed);
    await expect(tooltipOf(page).isVisible()).resolves.toBe(false);
    const bar = page.locator('[data-bar]').nth(-3);
    await bar.hover();
    expect((await tooltipOf(page).locator('p').allTextContents()).map((text) => text.trim())).toEqual([
      expect.stringMatching(/\d:\d\d/),
      'Accepted 1,234',
      'Rate limited 56',
      'Denied 7',
    ]);
    const [tip, slot] = [await tooltipOf(page).boundingBox(), await bar.boundingBox()];
    expect(tip!.x + tip!.width).toBeCloseTo(slot!.x, 0);
    await page.locator('[data-bar]').nth(-2).hover();
    await tooltipOf(page).getByText('Accepted 0').waitFor();
    await page.getByRole('heading', { name: 'Usage' }).hover();
    await tooltipOf(page).waitFor({ state: 'hidden' });
  });

  it('can be read with the keyboard', async () => {
    const page = await openKey(mixed);
    await page.getByText('Show as a table').focus();
    await page.keyboard.press('Shift+Tab');
    await announcementOf(page).getByText('Denied 0').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await announcementOf(page).getByText('Denied 3').waitFor();
    expect(await tooltipOf(page).isVisible()).toBe(true);
    await page.keyboard.press('ArrowLeft');
    await announcementOf(page).getByText('Accepted 1,234').waitFor();
    await page.keyboard.press('Escape');
    await tooltipOf(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('Home');
    await announcementOf(page).getByText('Accepted 0').waitFor();
    await page.keyboard.press('Tab');
    await tooltipOf(page).waitFor({ state: 'hidden' });
  });

  it('shows the numbers of a bar that is touched, until another place is touched', async () => {
    const page = await openKey(mixed, { hasTouch: true, viewport: { width: 390, height: 844 } });
    await page.locator('[data-bar]').nth(-3).tap();
    await tooltipOf(page).getByText('Accepted 1,234').waitFor();
    const box = (await tooltipOf(page).boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
    await page.getByRole('heading', { name: 'Usage' }).tap();
    await tooltipOf(page).waitFor({ state: 'hidden' });
  });

  it('keeps its size and follows the width of the window', async () => {
    const page = await openKey(mixed, { viewport: { width: 1280, height: 844 } });
    const bar = page.locator('[data-bar]').nth(-3);
    await bar.hover();
    await page.setViewportSize({ width: 390, height: 844 });
    await tooltipOf(page).waitFor({ state: 'hidden' });
    await bar.hover();
    await tooltipOf(page).getByText('Accepted 1,234').waitFor();
    const [chart, slot] = [await chartOf(page).boundingBox(), await bar.boundingBox()];
    expect(slot!.x + slot!.width).toBeLessThanOrEqual(chart!.x + chart!.width);
  });

  it('causes no layout shift', async () => {
    const page = await openKey(mixed);
    const shift = await page.evaluate<number>(`new Promise((resolve) => {
      new PerformanceObserver((list) =>
        resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)),
      ).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(0), 500);
    })`);
    expect(shift).toBeLessThanOrEqual(0.01);
  });

  it('tells the outcomes apart without color', async () => {
    const page = await openKey(mixed, { forcedColors: 'active' });
    const fills = await page.evaluate<string[]>(
      `[...[...document.querySelectorAll('[data-bar]')].at(-3).querySelectorAll('rect:not(.slot)')]
        .map((rect) => getComputedStyle(rect).fill)`,
    );
    expect(new Set(fills).size).toBe(3);
  });

  it('is drawn without scripts, with the numbers in the titles of the bars', async () => {
    const page = await openKey(mixed, { javaScriptEnabled: false });
    const bar = page.locator('[data-bar]').nth(-3);
    expect(await bar.locator('title').textContent()).toMatch(/Accepted 1,234\nRate limited 56\nDenied 7$/);
    expect((await bar.locator('.accepted').boundingBox())!.height).toBeGreaterThan(100);
  });

  it('has no chart without requests', async () => {
    const page = await openKey(idsByMaximum.get(0)!);
    await page.getByText('No requests in this period.').waitFor();
    expect(await chartOf(page).count()).toBe(0);
    expect(await page.getByText('Show as a table').count()).toBe(0);
  });
});
