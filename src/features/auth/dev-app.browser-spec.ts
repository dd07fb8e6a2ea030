import type { Browser, BrowserContext, Page } from 'playwright-core';
import { TestApp } from '../../../test/harness/app.js';
import { launchBrowser } from '../../../test/harness/browser.js';

describe('an account, clicked through in a real browser', () => {
  const email = 'ada@example.org';
  let test: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    test = await TestApp.start({ env: { PORT: String(port) } });
    browser = await launchBrowser();
    context = await browser.newContext();
    // Links lead to the port of the settings, tests listen on any: what is asked there is asked here.
    await context.route(`http://localhost:${port}/**`, async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: new URL(pathname + search, test.url).href }) });
    });
    page = await open(`http://localhost:${port}/dev/app`);
  });
  afterAll(() => browser.close());

  async function open(url: string): Promise<Page> {
    const opened = await context.newPage();
    opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    await opened.goto(url);
    return opened;
  }

  async function submit(on: Page, title: string, fields: Record<string, string> = {}): Promise<string> {
    const form = on.locator('form', { has: on.getByRole('heading', { name: title, exact: true }) });
    for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
    await form.getByRole('button').click();
    const output = form.locator('output:not(:empty)');
    return (await output.textContent()) ?? '';
  }

  /** The page that the link of the newest such mail leads to. */
  async function follow(subject: string): Promise<Page> {
    const inbox = await open(new URL('/dev/inbox', page.url()).href);
    const mail = inbox.getByRole('link', { name: subject }).first();
    await mail.waitFor({ timeout: 20_000 });
    await mail.click();
    const href = await inbox.frameLocator('iframe').getByRole('link').getAttribute('href');
    return open(href ?? '');
  }

  const who = (on: Page, text: string) => on.locator('#who', { hasText: text }).waitFor();

  it('is registered, verified, forgotten and found again', async () => {
    const password = 'a long sentence is best';
    expect(await submit(page, 'Register', { name: 'Ada', email, password })).toContain('Done');
    expect(await submit(page, 'Sign in', { email, password })).toBe('Done.');
    await who(page, `Signed in as ${email}, not verified`);

    const verify = await follow('Verify your e-mail address');
    expect(verify.url()).toMatch(/\/dev\/app\/verify-email$/);
    expect(await submit(verify, 'Verify your e-mail address')).toBe('Your address is verified.');
    await page.reload();
    await who(page, `Signed in as ${email}, verified`);

    expect(await submit(page, 'Forgot password', { email })).toContain('inbox');
    const reset = await follow('Set a new password');
    expect(await submit(reset, 'Set a new password', { password: 'another long sentence' })).toContain('Done');
    expect(await submit(reset, 'Sign in', { email, password: 'another long sentence' })).toBe('Done.');
    await page.reload();
    await who(page, 'Not signed in');
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });

  it('invites somebody new, who registers and joins', async () => {
    expect(await submit(page, 'Sign in', { email, password: 'another long sentence' })).toBe('Done.');
    const guest = { email: 'grace@example.org', password: 'a long sentence is best' };
    expect(await submit(page, 'Invite', { email: guest.email })).toContain('inbox');
    const invitation = await follow('invites you');
    expect(await submit(invitation, 'Register', { ...guest, name: 'Grace' })).toContain('Done');
    expect(await submit(invitation, 'Sign in', guest)).toBe('Done.');
    expect(await submit(invitation, 'Accept the invitation')).toBe('You are a member now.');
    await invitation.reload();
    await who(invitation, `Signed in as ${guest.email}, verified`);
  });

  it('is told why something is refused', async () => {
    const verify = await open(new URL('/dev/app/verify-email#token=made-up', page.url()).href);
    expect(await submit(verify, 'Verify your e-mail address')).toContain('not valid');
    expect(await submit(page, 'Register', { name: 'Ada', email, password: 'short' })).toContain('#/password');
  });
});
