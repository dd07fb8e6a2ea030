import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { SandboxBrowser } from './sandbox-browser.harness.js';
import { SandboxProvider } from './sandbox.provider.js';

const RETURN = 'https://shop.example.org/back?order=1';

describe('the pages of the sandbox', () => {
  let test: TestApp;
  let browser: SandboxBrowser;
  let sandbox: SandboxProvider;
  beforeAll(async () => {
    test = await TestApp.start({ env: { PAYMENTS_SANDBOX_ENABLED: 'true' } });
    browser = new SandboxBrowser(test.url);
    sandbox = test.app.get(SandboxProvider, { strict: false });
  });

  const checkout = async (changes: object = {}) => {
    const terms = { amount: 1_250, currency: 'KWD', description: 'A seat', returnUrl: RETURN, ...changes };
    return (await sandbox.createCheckout({ paymentId: randomUUID(), ...terms })).reference;
  };
  const events = async (id: string) => {
    const rows = await sql<{ type: string }>(
      test.databaseUrl,
      'SELECT type FROM sandbox_events WHERE checkout_id = $1 ORDER BY created_at',
      [id],
    );
    return rows.map(({ type }) => type);
  };

  it('show what is to be paid, run no script, and let forms lead nowhere but here and back to the shop', async () => {
    const id = await checkout({ description: '<script>alert("1")</script>' });
    const { status, headers, text } = await browser.open(id);
    expect(status).toBe(200);
    expect(text).toContain('KWD 1.250'.replace(' ', '\u00a0'));
    expect(text).not.toContain('<script>');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^ ;]+'; base-uri 'none'; /);
    expect(policy).toContain("form-action 'self' https://shop.example.org;");
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/sandbox'))).toEqual([]);
  });

  it('are paid once, however often somebody presses at the same moment, and lead back to the shop', async () => {
    const id = await checkout();
    const token = await browser.token(id);
    const answers = await atOnce(test.databaseUrl, 8, () => browser.press(id, 'pay', token));
    for (const { status, headers } of answers) {
      expect({ status, location: headers.get('location') }).toEqual({ status: 303, location: RETURN });
    }
    expect(await events(id)).toEqual(['payment.succeeded']);
    expect((await browser.open(id)).text).toMatch(/<p id="state">Paid<\/p>[^]*>Dispute</);
  });

  it('tell of a failure, after which it can be paid all the same, and of a dispute', async () => {
    const id = await checkout();
    for (const press of ['fail', 'fail', 'pay', 'dispute', 'dispute']) {
      // Who disputes twice has no form of it any more: the token is that of the checkout.
      expect((await browser.press(id, press, await tokenOf(id))).status).toBe(303);
    }
    expect(await events(id)).toEqual(['payment.failed', 'payment.succeeded', 'dispute.created']);
    expect((await browser.open(id)).text).toContain('disputed by the buyer');
  });
  let known: [id: string, token: string] = ['', ''];
  const tokenOf = async (id: string) => {
    if (known[0] !== id) known = [id, await browser.token(id)];
    return known[1];
  };

  it('refuse what is too late, or too early', async () => {
    const id = await checkout();
    const token = await browser.token(id);
    expect((await browser.press(id, 'dispute', token)).status).toBe(409);
    await sandbox.expire(id);
    for (const press of ['pay', 'fail', 'dispute']) expect((await browser.press(id, press, token)).status).toBe(409);
    expect(await events(id)).toEqual([]);
    expect((await sandbox.fetch(id)).state).toBe('expired');
  });

  it('do nothing for another site, which cannot know what stands in the form', async () => {
    const [id, other] = [await checkout(), await checkout()];
    for (const token of ['', 'made up', await browser.token(other)]) {
      const answer = await browser.press(id, 'pay', token);
      expect(answer.status).toBe(403);
    }
    const empty = await fetch(`${test.url}/sandbox/checkouts/${id}/pay`, { method: 'POST' });
    expect(empty.status).toBe(403);
    expect((await sandbox.fetch(id)).state).toBe('open');
  });

  it('are not there for what is none', async () => {
    for (const unknown of [randomUUID(), 'nonsense']) {
      expect((await browser.open(unknown)).status).toBe(404);
      expect((await browser.press(unknown, 'pay', 'token')).status).toBe(404);
    }
    const id = await checkout();
    expect((await browser.press(id, 'steal')).status).toBe(404);
  });
});

describe('what is for development only', () => {
  const SWITCHES = ['PAYMENTS_SANDBOX_ENABLED', 'DEMO_SEED', 'MAIL_INBOX_ENABLED'];
  const PATHS = ['/sandbox/checkouts/11111111-1111-4111-8111-111111111111', '/dev/billing', '/dev/app', '/dev/inbox'];

  it.each(['production', 'staging'])(
    'keeps %s from starting: the sandbox, demo data, and pages below /dev',
    async (NODE_ENV) => {
      for (const name of SWITCHES) expect((await refusal({ NODE_ENV, [name]: 'true' })).named).toEqual([name]);
    },
  );

  it.each(['production', 'staging'])('is not there in %s', async (NODE_ENV) => {
    const app = await AppProcess.serve({ ...PRODUCTION, NODE_ENV, DATABASE_URL: await cloneDatabase() });
    for (const path of PATHS) expect((await fetch(`${app.url}${path}`)).status).toBe(404);
    const pay = await fetch(`${app.url}${PATHS[0]}/pay`, { method: 'POST' });
    expect(pay.status).toBe(404);
    await app.stop();
  });

  it('is not there in tests unless they ask for it, and the provider is off', async () => {
    const test = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    for (const path of PATHS) expect((await fetch(new URL(path, test.url))).status).toBe(404);
    expect(test.app.get(SandboxProvider, { strict: false }).enabled).toBe(false);
  });
});
