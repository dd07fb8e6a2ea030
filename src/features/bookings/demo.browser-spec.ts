import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { launchBrowser } from '../../../test/harness/browser.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { type Environment, TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { AppProcess } from '../../../test/harness/process.js';

const PATIENCE_MS = 30_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const ENTRY = 'test/fixtures/main-with-actors.js';

const seat = (page: Page, label: string): Locator => page.getByRole('button', { name: new RegExp(` ${label}, `) });

/** Waits until a window shows it so, which it has to do by itself. */
const shows = (page: Page, label: string, status: string): Promise<void> =>
  page.locator(`.seat[data-status=${status}][aria-label*=" ${label},"]`).waitFor();

const left = (page: Page, type: string, count: string): Promise<void> =>
  page.getByRole('region', { name: type }).locator('.count', { hasText: count }).waitFor();

const isLive = (page: Page): Promise<void> => page.locator('#live[data-state=live]').waitFor();

describe('an event that sells, in real browsers', () => {
  let env: Environment;
  let app: AppProcess;
  let browser: Browser;
  let people: string[];
  const complaints: string[] = [];

  beforeAll(async () => {
    const DATABASE_URL = await cloneDatabase();
    const mint = await TestApp.start({ databaseUrl: DATABASE_URL });
    people = await Promise.all([1, 2].map(async () => JSON.stringify((await mint.actor()).actor)));
    await mint.close();
    // As on a developer's machine, where nothing has to be switched on; whoever is somebody says so in a header.
    env = { ...TEST_ENVIRONMENT, NODE_ENV: 'development', DEMO_SEED: 'true', DATABASE_URL };
    app = await AppProcess.serve(env, ENTRY);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  /** A window of its own. A token is good there alone; without a person it has none, and the demo data no account. */
  async function open(person: string | undefined, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    if (person !== undefined) {
      await context.addInitScript({ content: `sessionStorage.setItem('accessToken', 'good')` });
    }
    await context.route('**/v1/**', (route) => {
      const { authorization, ...headers } = route.request().headers();
      const isGood = authorization === 'Bearer good';
      return route.continue({ headers: isGood ? { ...headers, [ACTOR_HEADER]: person ?? people[0]! } : headers });
    });
    await context.route('**/v1/auth/login', (route) => route.fulfill({ status: 404, json: {} }));
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${app.url}/demo`);
    await isLive(page);
    return page;
  }

  it('[R-69] shows in one window what is held, given back and booked in the other', async () => {
    const one = await open(people[0]);
    const two = await open(people[1], PHONE);
    // Whoever loads a page anew would lose it.
    await two.evaluate('window.isTheSame = true');
    await left(two, 'Gallery', '24 of 24');

    await seat(one, 'D3').click();
    await shows(one, 'D3', 'mine');
    await shows(two, 'D3', 'held');
    await left(two, 'Gallery', '23 of 24');

    await one.getByRole('button', { name: 'Give back Gallery D3' }).click();
    await shows(two, 'D3', 'free');
    await left(two, 'Gallery', '24 of 24');

    await seat(two, 'D4').tap();
    await shows(one, 'D4', 'held');
    await two.getByRole('button', { name: 'Book Gallery D4' }).tap();
    await shows(two, 'D4', 'bought');
    await shows(one, 'D4', 'sold');
    await left(one, 'Gallery', '23 of 24');

    await two.getByRole('button', { name: 'Cancel Gallery D4' }).tap();
    await shows(one, 'D4', 'free');
    expect(await two.evaluate('window.isTheSame')).toBe(true);
  });

  it('is used without a mouse, and remembers what its window holds', async () => {
    const page = await open(people[0]);
    await seat(page, 'E1').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await shows(page, 'E2', 'mine');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toContain(' E2, ');
    await page.reload();
    await shows(page, 'E2', 'mine');
    await page.getByRole('button', { name: 'Hold one' }).click();
    await left(page, 'Standing', '49 of 50');
    for (const name of ['Give back Gallery E2', 'Give back Standing']) await page.getByRole('button', { name }).click();
    await left(page, 'Standing', '50 of 50');
    await shows(page, 'E2', 'free');
  });

  it('tells who comes too late that the seat is taken', async () => {
    const [one, two] = [await open(people[0]), await open(people[1])];
    // It does not hear of the hold before it asks for the seat too.
    await two.route('**/v1/events/*/seats?**', (route) => route.abort());
    await seat(one, 'E5').click();
    await shows(one, 'E5', 'mine');
    await seat(two, 'E5').click();
    await two.locator('#fault', { hasText: 'Seat E5 is already taken.' }).waitFor();
    await one.getByRole('button', { name: 'Give back Gallery E5' }).click();
    const refused = complaints.splice(0);
    expect(refused.filter((text) => !/409|ERR_FAILED/.test(text))).toEqual([]);
  });

  it('is watched by anybody, and asks who they are where the demo data has no account', async () => {
    const page = await open(undefined);
    await page.locator('#use-token input').fill('good');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.locator('#use-token').waitFor({ state: 'hidden' });
    await seat(page, 'D9').click();
    await shows(page, 'D9', 'mine');
    await page.getByRole('button', { name: 'Give back Gallery D9' }).click();
    await shows(page, 'D9', 'free');
    expect(complaints.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('goes on by itself when the server was away', async () => {
    const page = await open(people[0]);
    await app.stop();
    await page.locator('#live[data-state=connecting]').waitFor();
    const { port } = new URL(app.url);
    app = await AppProcess.serve({ ...env, PORT: port }, ENTRY);
    await isLive(page);
    await seat(page, 'C1').click();
    await shows(page, 'C1', 'mine');
    expect(complaints.splice(0).filter((text) => !text.includes('net::ERR_'))).toEqual([]);
  });
});
