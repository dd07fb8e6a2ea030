import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { launchBrowser } from '../../../test/harness/browser.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess } from '../../../test/harness/process.js';

const PATIENCE = { timeout: 30_000 };

describe('credits, bought in a real browser', () => {
  let app: AppProcess;
  let browser: Browser;
  let actor: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    const DATABASE_URL = await cloneDatabase();
    const mint = await TestApp.start({ databaseUrl: DATABASE_URL });
    actor = JSON.stringify((await mint.actor()).actor);
    await mint.close();
    // As on a developer's machine, where nothing has to be switched on; whoever is somebody says so in a header.
    const env = { ...TEST_ENVIRONMENT, NODE_ENV: 'development', DATABASE_URL };
    app = await AppProcess.serve(env, 'test/fixtures/main-with-actors.js');
    browser = await launchBrowser();
  }, 120_000);
  afterAll(() => browser.close());

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${app.url}/dev/billing`);
    return page;
  }

  const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();
  const balance = async (page: Page) => Number(await page.locator('#balance:not(:empty)').textContent());

  it('takes two clicks from the balance to the credits, and leaves a receipt', async () => {
    const page = await open(await browser.newContext({ extraHTTPHeaders: { [ACTOR_HEADER]: actor } }));
    const before = await balance(page);
    const pack = page.locator('#packs tr').first();
    const credits = Number.parseInt((await pack.locator('td').nth(1).textContent()) ?? '');

    await press(page, 'Buy');
    await page.waitForURL(/\/sandbox\/checkouts\//);
    expect(await page.locator('#state').textContent()).toContain('Waits');
    await press(page, 'Pay');

    await page.waitForURL(/\/dev\/billing/);
    await page.locator('#balance', { hasText: new RegExp(`^${before + credits}$`) }).waitFor();
    await page
      .locator('#entries tr', { hasText: String(before + credits) })
      .first()
      .waitFor();
    await eventually(async () => {
      const { data } = (await (await fetch(`${app.url}/dev/inbox/messages`)).json()) as { data: { subject: string }[] };
      expect(data.map(({ subject }) => subject).join()).toMatch(/receipt|paid|payment/i);
    }, PATIENCE.timeout);
    expect(complaints).toEqual([]);
  });

  it('changes nothing if the payment fails, and can be tried again', async () => {
    const page = await open(await browser.newContext({ extraHTTPHeaders: { [ACTOR_HEADER]: actor } }));
    const before = await balance(page);
    await press(page, 'Buy');
    await page.waitForURL(/\/sandbox\/checkouts\//);
    const checkout = page.url();
    await press(page, 'Fail');
    await page.waitForURL(/\/dev\/billing/);
    expect(await balance(page)).toBe(before);
    await page.goto(checkout);
    await page.locator('#state', { hasText: 'try again' }).waitFor();
    await press(page, 'Pay');
    await page.waitForURL(/\/dev\/billing/);
    await page.locator('#balance', { hasNotText: new RegExp(`^${before}$`) }).waitFor();
  });

  it('asks for an access token where nobody is signed in, and uses it', async () => {
    const context = await browser.newContext();
    // Whoever can make tokens here: this one is good, and no other.
    await context.route('**/v1/billing/**', (route) => {
      const { authorization, ...headers } = route.request().headers();
      return route.continue({
        headers: authorization === 'Bearer good' ? { ...headers, [ACTOR_HEADER]: actor } : headers,
      });
    });
    const page = await open(context);
    await page.locator('#use-token input').fill('good');
    await press(page, 'Use it');
    expect(await balance(page)).toBeGreaterThan(0);
  });
});
