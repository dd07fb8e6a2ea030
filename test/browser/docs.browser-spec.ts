import type { Browser, Page } from 'playwright-core';
import { TestApp } from '../harness/app.js';
import { launchBrowser } from '../harness/browser.js';

describe('the page of the document, in a real browser', () => {
  let test: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    test = await TestApp.start();
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** A page at /docs, and whatever its console complains of: Chromium tells violations there. */
  async function open(): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(new URL('/docs', test.url).href);
    await page.locator('.opblock').first().waitFor();
    return { page, complaints };
  }

  it('[R-54] #2 works without one violation of its policy, and the API is as strict as can be', async () => {
    const { page, complaints } = await open();
    const operation = page.locator('.opblock', { hasText: '/health/live' });
    await operation.locator('.opblock-summary-control').first().click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const status = operation.locator('.live-responses-table tbody .response-col_status').first();
    expect(await status.textContent()).toContain('200');
    expect(complaints).toEqual([]);
    const answer = await page.goto(new URL('/health/live', test.url).href);
    expect(answer?.headers()['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('runs no script that is written into it, and says so', async () => {
    const { page, complaints } = await open();
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "planted"' }))`,
    );
    expect(await page.title()).not.toBe('planted');
    expect(complaints).toEqual([expect.stringContaining('Content Security Policy')]);
  });
});
