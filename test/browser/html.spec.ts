// html-validate finds no error in the HTML of any page, as the server sends it.
import { HtmlValidate } from 'html-validate';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.js';
import { ConsoleTest, LANGUAGES } from '../support/console-test.js';

const VALIDATOR = new HtmlValidate({ extends: ['html-validate:standard', 'html-validate:a11y'] });

describeInBrowser('the HTML of every page, in a browser', () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await ConsoleTest.start();
  });

  afterEach(() => test.browser.closeWindows());

  afterAll(() => test.stop());

  async function errorsIn(page: Page): Promise<string[]> {
    const { results } = await VALIDATOR.validateString(await test.htmlOf(page));
    return results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, selector }) => `${ruleId} at ${selector}: ${message}`),
    );
  }

  it.each(LANGUAGES)('is valid %s', async (_title, prefix) => {
    const problems = await test.problemsOf({ prefix, javaScriptEnabled: false }, errorsIn);
    expect(problems).toEqual([]);
  });
});
