import type { Browser, Page } from 'playwright-core';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { launchBrowser } from '../../../test/harness/browser.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Inbox } from '../../core/messaging/inbox.js';
import { book, holdStanding, published } from './box-office.harness.js';

describe('a ticket in a real browser', () => {
  let test: TestApp;
  let browser: Browser;
  let link: string;
  let buyer: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    test = await TestApp.start();
    browser = await launchBrowser();
    const { actor, api } = await test.actor('viewer');
    buyer = JSON.stringify(actor);
    const sale = await published(test, { timezone: 'Asia/Kolkata' });
    await book(api, await holdStanding(api, sale, 2));
    const inbox = test.app.get(Inbox, { strict: false });
    const linkOf = () => /#token=[\w-]+/.exec(inbox.messages[0]?.text ?? '')?.[0];
    await eventually(() => Promise.resolve(expect(linkOf()).toBeDefined()), 30_000);
    link = `${test.url}/dev/app/ticket${linkOf() ?? ''}`;
  }, 120_000);
  afterAll(() => browser.close());

  async function open(headers: Record<string, string>): Promise<Page> {
    const page = await (await browser.newContext({ extraHTTPHeaders: headers })).newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(link);
    return page;
  }

  it('is a picture, with what it is for, for whoever follows the link in the mail', async () => {
    const page = await open({ [ACTOR_HEADER]: buyer });
    await page.locator('#title', { hasText: 'A concert' }).waitFor();
    expect(await page.locator('#seats').textContent()).toBe('Standing, Standing');
    expect(await page.locator('#place').textContent()).toContain('(Asia/Kolkata)');
    const drawn = await page.locator('#code svg').boundingBox();
    expect(drawn?.width).toBeGreaterThan(100);
    expect(drawn?.height).toBe(drawn?.width);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('is not shown to anybody else, who is asked to sign in', async () => {
    const page = await open({});
    await page.locator('#sign-in').waitFor();
    expect(await page.locator('#ticket').isVisible()).toBe(false);
  }, 60_000);
});
