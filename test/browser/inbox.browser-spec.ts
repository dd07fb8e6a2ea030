import type { Browser } from 'playwright-core';
import { Inbox } from '../../src/core/messaging/inbox.js';
import { TestApp } from '../harness/app.js';
import { launchBrowser } from '../harness/browser.js';

describe('the inbox, in a real browser', () => {
  let test: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    test = await TestApp.start();
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('shows a mail whose links work and whose scripts do not', async () => {
    const link = `<p><a href="${test.url}/health/live">Verify</a></p>`;
    const html = `${link}<img src="${test.url}/planted"><script>parent.document.title = 'planted'</script>`;
    test.app
      .get(Inbox)
      .catch({ id: 'one', template: 'test.one', to: 'a@example.org', subject: 'Hello', html, text: 'Hi' });
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    const loaded: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    context.on('requestfinished', (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto(`${test.url}/dev/inbox`);
    expect(complaints).toEqual([]);
    await page.getByRole('link', { name: 'Hello' }).click();
    const mail = page.frameLocator('iframe');
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      mail.getByRole('link', { name: 'Verify' }).click(),
    ]);
    await opened.waitForLoadState();
    expect(opened.url()).toBe(`${test.url}/health/live`);
    expect(await opened.textContent('body')).toContain('"up"');
    expect(await page.title()).toMatch(/^Hello/);
    expect(loaded).not.toContain('/planted');
    expect(complaints).toEqual([expect.stringMatching(/img-src|image/i), expect.stringMatching(/script/i)]);
  });
});
