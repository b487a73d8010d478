// The pictures of the console in docs/images. `npm run screenshot` takes new ones.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BrowserWindows, describeInBrowser } from '../support/browser.js';
import { pagesMissingIn } from '../support/console-routes.js';
import { picturesOf, type Picture } from '../support/pictures.js';
import { NOW, Showcase } from '../support/showcase.js';

const FOLDER = 'docs/images';
const UPDATES = process.env['UPDATE_SCREENSHOT'] === '1';
const MAX_BYTES = 150_000;
const MAX_TOTAL_BYTES = 1_500_000;
/** The end of a long page is cut off. */
const MAX_HEIGHT = 1_400;
const QUALITY = 75;

/** Replaces texts that are random, so that a new picture has the same ones. */
const FIX_TEXTS = `{
  const secret = document.querySelector('[data-secret]')?.textContent;
  const example = secret?.startsWith('chm_') ? 'chm_Rk7tY2nHq9Vd_mJ4xB8sLw0GfZc6uEo3TiPaK5y1QhN9bXrA7' : 'vR8mTq2xKd5wYs7nHb3g';
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (secret) text.data = text.data.replaceAll(secret, example);
    text.data = text.data
      .replace(/http:\\/\\/localhost:\\d+/g, 'https://keys.example.com')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '5b1f0c9e-7d24-4a86-b3f1-2c6e8d9a0f47');
  }
}`;
/** Without a Chinese font, all Chinese characters look the same. */
const HAS_CHINESE_FONT = `{
  const [a, b] = ['中', '文'].map((character) => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillText(character, 0, 20);
    return canvas.toDataURL();
  });
  a !== b;
}`;
/** The charts are drawn and have been painted. */
const HAS_CHARTS = `[...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('canvas, svg'))`;

describeInBrowser('the pictures of the console, in a browser', () => {
  let showcase: Showcase;
  let windows: BrowserWindows;
  let pictures: Record<string, Picture>;

  beforeAll(async () => {
    showcase = await Showcase.start();
    windows = await BrowserWindows.launch(showcase.app.url);
    pictures = picturesOf(showcase);
  });

  afterAll(async () => {
    await windows.stop();
    await showcase.app.stop();
  });

  async function open({ as, path, width = 1280, colorScheme, steps }: Picture): Promise<Page> {
    const session = as === 'visitor' ? null : { Cookie: showcase.sessions[as] };
    const page = await windows.openWith(session, {
      viewport: { width, height: 600 },
      colorScheme: colorScheme ?? 'light',
      locale: path.startsWith('/zh') ? 'zh-CN' : 'en-GB',
      timezoneId: 'Europe/London',
    });
    await page.clock.setFixedTime(NOW);
    await page.goto(path);
    // The second time, the server knows the time zone.
    await page.reload();
    while ((await page.getByText('Counting…').count()) > 0) await page.reload();
    await steps?.(page);
    await page.waitForFunction(HAS_CHARTS);
    await page.evaluate(FIX_TEXTS);
    return page;
  }

  async function removeOldPictures(): Promise<void> {
    const page = await windows.open();
    if (!(await page.evaluate<boolean>(HAS_CHINESE_FONT)))
      throw new Error('New pictures need a Chinese font, for example of the package fonts-noto-cjk.');
    for (const file of readdirSync(FOLDER)) rmSync(join(FOLDER, file));
  }

  /** PNG for the README, which other sites show too. Otherwise WebP, which is much smaller. */
  async function take(file: string, page: Page): Promise<Buffer> {
    const { width } = page.viewportSize()!;
    const pageHeight = await page.evaluate<number>('document.documentElement.scrollHeight');
    const clip = { x: 0, y: 0, width, height: Math.min(pageHeight, MAX_HEIGHT) };
    if (file.endsWith('.png')) return page.screenshot({ fullPage: true, animations: 'disabled', clip });
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', {
      format: 'webp',
      quality: QUALITY,
      captureBeyondViewport: true,
      clip: { ...clip, scale: 1 },
    });
    return Buffer.from(data, 'base64');
  }

  it('are small, and can be taken of every page', async () => {
    if (UPDATES) await removeOldPictures();
    const sizes: Record<string, number> = {};
    for (const [file, picture] of Object.entries(pictures)) {
      const bytes = await take(file, await open(picture));
      await windows.closeWindows();
      sizes[file] = bytes.length;
      if (UPDATES) writeFileSync(join(FOLDER, file), bytes);
    }
    expect(Object.entries(sizes).filter(([, size]) => size > MAX_BYTES)).toEqual([]);
    expect(Object.values(sizes).reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_TOTAL_BYTES);
    expect(windows.complaints).toEqual([]);
  });

  it('are all in docs/images', () => {
    const files = readdirSync(FOLDER);
    expect(files.sort()).toEqual(Object.keys(pictures).sort());
    const sizes = files.map((file) => statSync(join(FOLDER, file)).size);
    expect(Math.max(...sizes)).toBeLessThan(MAX_BYTES);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_TOTAL_BYTES);
  });

  it('show every page', async () => {
    const paths = Object.values(pictures).map(({ path }) => path);
    expect(await pagesMissingIn(paths)).toEqual([]);
  });
});
