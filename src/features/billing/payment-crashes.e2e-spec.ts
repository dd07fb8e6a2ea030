import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { deliver, eventsOf, paymentRow, reconcile, salesOf } from './payments.harness.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { serveBank } from './remote-bank.harness.js';
import { eventFor, keyed, openTill, order, payAtBank, type Till, visit } from './till.harness.js';
import { Reconciler } from './reconciler.js';

const NEVER = () => new Promise<void>(() => undefined);

/** A process beside this one, on the same database and with the same bank. */
async function startTwin({ test, bank }: Till, env: Record<string, string> = {}): Promise<AppProcess> {
  const settings = {
    NODE_ENV: 'test',
    DB_SSL_MODE: 'disable',
    PAYMENT_PROVIDER: 'scripted',
    DATABASE_URL: test.databaseUrl,
  };
  const app = { ...PRODUCTION, ...settings, TEST_BANK_URL: await serveBank(bank), ...env };
  return AppProcess.serve(app, 'src/features/billing/main-with-payments.harness.js');
}

async function kill(app: AppProcess): Promise<void> {
  app.kill('SIGKILL');
  await app.exit;
}

/** What has not come to its end. */
const due = ({ test }: Till) =>
  sql<{ waiting: number }>(
    test.databaseUrl,
    `SELECT (SELECT count(*)::int FROM payments WHERE status = 'open')
          + (SELECT count(*)::int FROM payment_refunds WHERE status = 'pending') AS waiting`,
  );

describe('a process that is killed', () => {
  it('[R-56] between the call of the provider and the commit of its checkout loses nothing, and nothing is twice', async () => {
    const till = await openTill();
    const { test, bank } = till;
    const { api, actor } = await test.actor();
    const payment = await order(api);
    const twin = await startTwin(till, { JOBS_CONCURRENCY: '0' });
    bank.script.created = NEVER;
    const lost = fetch(new URL(new URL(payment.checkoutUrl).pathname, twin.url)).catch(() => 'lost');
    await eventually(() => Promise.resolve(expect(bank.checkouts.has(payment.id)).toBe(true)));
    await kill(twin);
    expect(await lost).toBe('lost');
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'open', reference: null });
    bank.script = {};
    bank.pay(payment.id);
    await reconcile(test);
    await deliver(test, eventFor(payment));
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid', reference: `cs_${payment.id}` });
    expect(await salesOf(test, payment.id)).toEqual([{ what: 'settled', amount: 1250 }]);
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.succeeded']);
    expect([bank.checkouts.size, (await due(till))[0]]).toEqual([1, { waiting: 0 }]);
  }, 60_000);

  it('while it asks for a checkout keeps no buyer from it: the next one gets the same', async () => {
    const till = await openTill();
    const { test, bank } = till;
    const payment = await order((await test.actor()).api);
    const twin = await startTwin(till, { JOBS_CONCURRENCY: '0' });
    bank.script.created = NEVER;
    const lost = fetch(new URL(new URL(payment.checkoutUrl).pathname, twin.url)).catch(() => 'lost');
    await eventually(() => Promise.resolve(expect(bank.checkouts.has(payment.id)).toBe(true)));
    await kill(twin);
    await lost;
    bank.script = {};
    // As long as a claim lives, somebody may still be at it.
    await sql(test.databaseUrl, `UPDATE payments SET checkout_claimed_at = now() - interval '31 s' WHERE id = $1`, [
      payment.id,
    ]);
    expect((await visit(test, payment)).headers.get('location')).toBe(`https://pay.example.org/cs_${payment.id}`);
    expect(bank.checkouts.size).toBe(1);
  }, 60_000);

  it('[R-56] between the refund at the provider and its commit leaves one refund, which is finished', async () => {
    const till = await openTill();
    const { test, bank } = till;
    const { api, actor } = await test.actor();
    const payment = await payAtBank(till, api);
    await deliver(test, eventFor(payment));
    bank.script.refunded = NEVER;
    const twin = await startTwin(till);
    const platform = await test.administrator();
    const refund = { amount: 500, reason: 'it rained' };
    await keyed(platform.api).post(`/v1/billing/payments/${payment.id}/refunds`, refund);
    await eventually(() => Promise.resolve(expect(bank.refunds.size).toBe(1)), 20_000);
    await kill(twin);
    expect(await paymentRow(test, payment.id)).toMatchObject({ refunding: 500, refunded: 0 });
    bank.script = {};
    // The provider says that 500 went back: that is ours, and is not booked beside it.
    await deliver(test, eventFor(payment));
    await reconcile(test);
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ refunding: 500, refunded: 500 });
    expect([bank.refunds.size, bank.of(`cs_${payment.id}`).refunded]).toEqual([1, 500]);
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect((await due(till))[0]).toEqual({ waiting: 0 });
  }, 60_000);

  it('is followed by the jobs of another one, without anybody asking', async () => {
    const till = await openTill();
    const { test, bank } = till;
    const payment = await payAtBank(till, (await test.actor()).api);
    const refused = await payAtBank(till, (await test.actor()).api);
    expect(await salesOf(test, payment.id)).toEqual([]);
    await sql(test.databaseUrl, 'UPDATE payments SET check_at = now()');
    bank.of(`cs_${refused.id}`).state = 'expired';
    await startTwin(till);
    // As its schedule asks for it each minute.
    await test.app.get(Reconciler, { strict: false }).runSoon();
    await eventually(async () => {
      expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid' });
      expect(await paymentRow(test, refused.id)).toMatchObject({ status: 'expired' });
    }, 60_000);
    expect(await salesOf(test, payment.id)).toHaveLength(1);
  }, 90_000);
});

describe('an application', () => {
  it('[R-04] #1 does not start where PAYMENT_PROVIDER names one that is not switched on', async () => {
    const { test } = await openTill();
    const app = await AppProcess.spawn({
      ...PRODUCTION,
      ...{ NODE_ENV: 'test', DATABASE_URL: test.databaseUrl, PAYMENT_PROVIDER: 'nobody' },
    });
    const opened = await app.everListens();
    expect({ opened, code: (await app.exit).code }).toEqual({ opened: false, code: 1 });
    expect(app.stderr).toMatch(/^PAYMENT_PROVIDER names nobody, which is not switched on\./);
  }, 60_000);
});
