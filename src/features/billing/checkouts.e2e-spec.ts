import { sql } from '../../../test/harness/database.js';
import { AppProcess } from '../../../test/harness/process.js';
import { deliver, paymentRow, reconcile } from './payments.harness.js';
import { eventFor, openTill, order, type Till, visit } from './till.harness.js';
import { Transactions } from '../../core/database/transactions.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import { Payments } from '../../core/payments/payments.js';

describe('a checkout', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  beforeEach(() => {
    till.bank.script = {};
    till.bank.ttlMs = 3_600_000;
  });

  const opened = async () => order((await till.test.actor()).api);
  const askedFor = (id: string) => till.bank.requests.filter(({ paymentId }) => paymentId === id).length;

  it('leads to the page of the provider, which is asked for when it is opened and not again', async () => {
    const payment = await opened();
    for (let time = 0; time < 3; time++) {
      const { status, headers } = await visit(till.test, payment);
      expect([status, headers.get('location')]).toEqual([303, `https://pay.example.org/cs_${payment.id}`]);
      // Nobody keeps the link, and the next page does not hear of it.
      expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    }
    expect(till.bank.requests.filter(({ paymentId }) => paymentId === payment.id)).toEqual([
      {
        paymentId: payment.id,
        ...{ amount: 1250, currency: 'EUR', description: 'A seat in the front row' },
        returnUrl: `http://127.0.0.1:3000/dev/billing?payment=${payment.id}`,
      },
    ]);
  });

  it('is the same in all tabs that open it at once', async () => {
    const payment = await opened();
    till.bank.script.created = () => new Promise((resolve) => setTimeout(resolve, 300));
    const answers = await Promise.all(Array.from({ length: 8 }, () => visit(till.test, payment)));
    expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(
      new Set([`https://pay.example.org/cs_${payment.id}`]),
    );
    expect(askedFor(payment.id)).toBe(1);
  });

  it('is there at the next attempt, when the provider has failed', async () => {
    const payment = await opened();
    till.bank.script.createCheckout = () => Promise.reject(new UpstreamFailed());
    expect(await visit(till.test, payment)).toMatchObject({ status: 502, body: { code: 'UPSTREAM_FAILED' } });
    till.bank.script = {};
    expect((await visit(till.test, payment)).status).toBe(303);
  });

  it('exists only for who has the link', async () => {
    const made = await till.test.api.get(`/v1/billing/checkout/${'a'.repeat(43)}`);
    expect(made).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await till.test.api.get('/v1/billing/checkout/short')).status).toBe(400);
    const { id, checkoutUrl } = await opened();
    const [row] = await sql<{ row: string }>(
      till.test.databaseUrl,
      'SELECT p::text AS row FROM payments p WHERE id = $1',
      [id],
    );
    expect(row?.row).not.toContain(new URL(checkoutUrl).pathname.split('/').at(-1));
  });

  it('ends with its payment', async () => {
    const { test } = till;
    const payment = await opened();
    await test.app.get(Transactions).run((tx) => test.app.get(Payments).cancel(tx, payment.id));
    expect(await visit(test, payment)).toMatchObject({ status: 409, body: { code: 'CHECKOUT_ENDED' } });
    const late = await opened();
    await sql(test.databaseUrl, `UPDATE payments SET expires_at = now() - interval '1 s' WHERE id = $1`, [late.id]);
    expect(await visit(test, late)).toMatchObject({ status: 409, body: { details: { status: 'expired' } } });
    expect(askedFor(payment.id) + askedFor(late.id)).toBe(0);
  });

  it('that the provider makes while the payment is given up can be paid by nobody', async () => {
    const { test, bank } = till;
    const payment = await opened();
    bank.script.created = () => test.app.get(Transactions).run((tx) => test.app.get(Payments).cancel(tx, payment.id));
    expect((await visit(test, payment)).body.code).toBe('CHECKOUT_ENDED');
    await reconcile(test);
    expect(bank.of(`cs_${payment.id}`).state).toBe('expired');
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'cancelled' });
  });

  it('can be paid for as long as the provider says', async () => {
    const { test, bank } = till;
    bank.ttlMs = 7 * 86_400_000;
    const payment = await opened();
    await visit(test, payment);
    const [row] = await sql<{ far: boolean }>(
      test.databaseUrl,
      `SELECT expires_at > now() + interval '6 days' AS far FROM payments WHERE id = $1`,
      [payment.id],
    );
    expect(row).toEqual({ far: true });
    bank.pay(payment.id);
    await deliver(test, eventFor(payment));
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid' });
  });
});

describe('the link to a checkout', () => {
  it('is in no line of the log, whatever becomes of it', async () => {
    const { test } = await openTill();
    const { TEST_ENVIRONMENT } = await import('../../../test/harness/environment.js');
    const app = await AppProcess.serve({
      ...TEST_ENVIRONMENT,
      ...{ DATABASE_URL: test.databaseUrl, DB_SSL_MODE: 'disable', LOG_LEVEL: 'trace', PAYMENT_PROVIDER: undefined },
    });
    const { checkoutUrl } = await order((await test.actor()).api);
    const token = new URL(checkoutUrl).pathname.split('/').at(-1) ?? '';
    const answer = await fetch(new URL(`/v1/billing/checkout/${token}`, app.url), { redirect: 'manual' });
    // There its provider is not switched on.
    expect(answer.status).toBe(503);
    await app.until(() => app.log.some(({ route }) => route === '/v1/billing/checkout/:token'));
    expect(app.stdout + app.stderr).not.toContain(token);
  }, 60_000);
});
