// What a browser lets pages of other sites do with the server.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { BrowserTest, describeInBrowser } from '../support/browser.js';
import { until } from '../support/until.js';

/** A site with empty pages. */
async function startSite(): Promise<{ site: Server; origin: string }> {
  const site = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Other</title>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => site.once('listening', resolve));
  return { site, origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}` };
}

describeInBrowser('in a browser', () => {
  let test: BrowserTest;
  let sites: Awaited<ReturnType<typeof startSite>>[];
  let key: string;

  beforeAll(async () => {
    sites = [await startSite(), await startSite()];
    test = await BrowserTest.start({ CORS_ORIGINS: sites[0]!.origin });
    key = (await test.server.createCaller('standard')).keys[0]!.key;
  });

  afterEach(() => test.closeWindows());

  afterAll(async () => {
    await test.stop();
    for (const { site } of sites) site.close();
  });

  /** The response that a script of the page gets when it sends a request with the key. */
  const ping = (page: Page) =>
    page.evaluate(
      async ([url, credential]) => {
        const response = await fetch(`${url}/api/v1/ping`, {
          method: 'POST',
          headers: { 'X-API-Key': credential!, 'Content-Type': 'application/json' },
          body: '{"hello":"world"}',
        }).catch(() => null);
        return (
          response && [
            ((await response.json()) as { message: string }).message,
            response.headers.get('RateLimit-Policy'),
          ]
        );
      },
      [test.server.url, key],
    );

  /** Whether a script of the page may load the path like an image or a script. */
  const loads = (page: Page, path: string) =>
    page.evaluate(
      (url) =>
        fetch(url, { mode: 'no-cors' }).then(
          () => true,
          () => false,
        ),
      test.server.url + path,
    );

  it('scripts of an allowed origin can read the API, others cannot', async () => {
    const page = await test.open();
    await page.goto(sites[0]!.origin);
    expect(await ping(page)).toEqual(['pong', '"standard";q=100;w=60']);
    await page.goto(sites[1]!.origin);
    expect(await ping(page)).toBeNull();
  });

  it('other sites cannot load anything without CORS, pages of the server can', async () => {
    const page = await test.open();
    for (const path of [
      '/api/v1/me',
      '/sign-in',
      '/assets/x/console.css',
      '/api/docs',
      '/api/openapi.json',
    ]) {
      await page.goto(sites[0]!.origin);
      expect({ path, loads: await loads(page, path) }).toEqual({ path, loads: false });
      await page.goto('/help');
      expect({ path, loads: await loads(page, path) }).toEqual({ path, loads: true });
    }
  });

  it('other sites cannot reach a window that they open', async () => {
    const page = await test.open();
    await page.goto(sites[0]!.origin);
    await page.evaluate(
      (url) => void Object.assign(window, { opened: window.open(url) }),
      `${test.server.url}/sign-in`,
    );
    await until(() => page.evaluate('opened.closed'));
    const [, popup] = page.context().pages();
    await popup!.waitForURL('**/sign-in');
    expect(await popup!.evaluate('window.opener')).toBeNull();
  });

  it('pages may write to the clipboard, but not use the camera', async () => {
    const page = await test.open();
    const allowed = () =>
      page.evaluate(`['clipboard-write', 'clipboard-read', 'camera', 'geolocation', 'usb'].filter(
        (feature) => document.featurePolicy.allowsFeature(feature))`);
    await page.goto('/help');
    expect(await allowed()).toEqual(['clipboard-write']);
    await page.goto(sites[0]!.origin);
    expect(await allowed()).toEqual(['clipboard-write', 'clipboard-read', 'camera', 'geolocation', 'usb']);
  });
});
