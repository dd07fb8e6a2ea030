import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { sql } from '../../../test/harness/database.js';
import { deliver, eventsOf, paymentRow, reconcile, salesOf } from './payments.harness.js';
import { METRICS } from '../../../test/harness/process.js';
import { eventFor, keyed, openTill, order, payAtBank, type Till } from './till.harness.js';
import { Transactions } from '../../core/database/transactions.js';
import { Payments } from '../../core/payments/payments.js';

describe('a refund', () => {
  let till: Till;
  let seller: Awaited<ReturnType<Till['test']['actor']>>;
  beforeAll(async () => {
    till = await openTill(METRICS.env);
    seller = await till.test.actor('admin');
    till.shop.price = { ...till.shop.price, sellerOrganizationId: seller.actor.organizationId };
  });
  beforeEach(() => {
    till.bank.script = {};
    till.bank.refundState = 'succeeded';
    till.bank.refusesRefunds = false;
  });

  const refund = (api: ApiClient, id: string, body: object = {}, key = randomUUID()) =>
    keyed(api, key).post(`/v1/billing/payments/${id}/refunds`, { reason: 'it rained', ...body });

  async function paid() {
    const buyer = await till.test.actor();
    const payment = await payAtBank(till, buyer.api);
    await deliver(till.test, eventFor(payment));
    return { ...buyer, id: payment.id };
  }

  it('is given by the administrators of the seller, after the commit, and told', async () => {
    const { test, bank } = till;
    const { id, api, actor } = await paid();
    const asked = bank.asked.refund ?? 0;
    const answer = await refund(seller.api, id, { amount: 250 });
    expect(answer).toMatchObject({ status: 201, body: { paymentId: id, amount: 250, status: 'pending' } });
    expect(bank.asked.refund ?? 0).toBe(asked);
    await reconcile(test);
    expect((await api.get(`/v1/billing/payments/${id}`)).body).toMatchObject({ status: 'paid', refunded: 250 });
    expect((await api.get<{ data: object[] }>(`/v1/billing/payments/${id}/refunds`)).body.data).toEqual([
      { ...answer.body, status: 'succeeded' },
    ]);
    expect(await salesOf(test, id)).toContainEqual({ what: 'refunded', amount: 250 });
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.succeeded', 'payment.refunded']);
    // Without an amount it is all that is left.
    expect((await refund(seller.api, id)).body).toMatchObject({ amount: 1000 });
  });

  it('is not for buyers, not for clerks, and for strangers there is not even a payment', async () => {
    const { test } = till;
    const { id, api } = await paid();
    const stranger = await test.actor();
    const platform = await test.administrator();
    const clerk = (await test.actor('member')).actor;
    const own = seller.api.with({
      'x-test-actor': JSON.stringify({ ...clerk, organizationId: seller.actor.organizationId }),
    });
    const answers = [api, stranger.api, platform.api, own].map((who) => refund(who, id));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 404, 404, 404]);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 0 });
  });

  it('of what the platform sells is for its administrators', async () => {
    const { test, shop } = till;
    const { price } = shop;
    shop.price = { ...price, sellerOrganizationId: undefined };
    const { id, api } = await paid();
    shop.price = price;
    const platform = await test.administrator();
    expect((await refund(api, id)).status).toBe(403);
    expect((await refund(platform.api, id)).status).toBe(201);
  });

  it('[R-62] #1 is given once for one key', async () => {
    const { id } = await paid();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refund(seller.api, id, { amount: 100 }, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await refund(seller.api, id, { amount: 101 }, key)).body.code).toBe('IDEMPOTENCY_MISMATCH');
    expect(await paymentRow(till.test, id)).toMatchObject({ refunding: 100 });
  });

  it('never exceeds the payment with the others, however many ask at once', async () => {
    const { test, bank } = till;
    const { id } = await paid();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(seller.api, id, { amount: 500 })));
    const codes = answers.map(({ status, body }) => (status === 201 ? 201 : body.code));
    expect(codes.filter((code) => code === 201)).toHaveLength(2);
    expect(codes.filter((code) => code === 'REFUND_EXCEEDS_PAYMENT')).toHaveLength(18);
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 1000, refunded: 1000 });
    expect(bank.of(`cs_${id}`).refunded).toBe(1000);
    expect(await refund(seller.api, id, { amount: 251 })).toMatchObject({
      status: 409,
      body: { details: { refundable: 250 } },
    });
  });

  it('is for what was paid', async () => {
    const { api } = await till.test.actor();
    const { id } = await order(api);
    expect((await refund(seller.api, id)).body.code).toBe('PAYMENT_NOT_PAID');
  });

  it('of one reference is one, in the transaction of whoever asks', async () => {
    const { test } = till;
    const { id } = await paid();
    const [payments, transactions] = [test.app.get(Payments), test.app.get(Transactions)];
    const wish = { paymentId: id, amount: 400, reason: 'cancelled', reference: 'booking:1:cancelled' };
    await Promise.all(Array.from({ length: 5 }, () => transactions.run((tx) => payments.refund(tx, wish))));
    const lost = transactions.run(async (tx) => {
      await payments.refund(tx, { ...wish, reference: 'booking:2' });
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 400 });
  });

  it('that is asked for by two workers, or again after a failure, is one at the provider', async () => {
    const { test, bank } = till;
    const { id } = await paid();
    await refund(seller.api, id, { amount: 300 });
    // It was done, and the answer is lost.
    bank.script = { refunded: () => Promise.reject(new Error('the line is cut')) };
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 300, refunded: 0 });
    bank.script = {};
    await Promise.all([reconcile(test), reconcile(test)]);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 300, refunded: 300 });
    expect(bank.of(`cs_${id}`).refunded).toBe(300);
  });

  it('that takes its time is asked after until it is done', async () => {
    const { test, bank } = till;
    const { id } = await paid();
    bank.refundState = 'pending';
    await refund(seller.api, id, { amount: 300 });
    await reconcile(test);
    // What the provider counts already is ours, and not one that was made by hand.
    await deliver(test, eventFor({ id }));
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 300, refunded: 0 });
    bank.refundState = 'succeeded';
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 300, refunded: 300 });
  });

  it('that the provider refuses has failed, alerts, and leaves the money to be given back otherwise', async () => {
    const { test, bank } = till;
    const { id, api } = await paid();
    const alerts = await METRICS.value(test, 'operator_alerts_total', 'critical');
    bank.refusesRefunds = true;
    await refund(seller.api, id, { amount: 300 });
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 0, refunded: 0 });
    const { body } = await api.get<{ data: object[] }>(`/v1/billing/payments/${id}/refunds`);
    expect(body.data).toEqual([expect.objectContaining({ status: 'failed' })]);
    expect(await METRICS.value(test, 'operator_alerts_total', 'critical')).toBeGreaterThan(alerts);
    bank.refusesRefunds = false;
    expect((await refund(seller.api, id)).body).toMatchObject({ amount: 1250 });
  });

  it('that was made by hand at the provider is booked, beside ours', async () => {
    const { test, bank } = till;
    const { id } = await paid();
    await refund(seller.api, id, { amount: 300 });
    bank.of(`cs_${id}`).refunded += 200;
    await reconcile(test);
    await deliver(test, eventFor({ id }));
    await deliver(test, eventFor({ id }));
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 500, refunded: 500 });
    const reasons = await sql(
      test.databaseUrl,
      'SELECT amount::int, reason FROM payment_refunds WHERE payment_id = $1 ORDER BY id',
      [id],
    );
    expect(reasons).toEqual([
      { amount: 300, reason: 'it rained' },
      { amount: 200, reason: 'made at the provider' },
    ]);
  });

  it('that failed while the provider was asked is not taken for one that was made there', async () => {
    const { test, bank } = till;
    const { id } = await paid();
    bank.refundState = 'pending';
    await refund(seller.api, id, { amount: 300 });
    await reconcile(test);
    // The provider has answered with the sum that counts it; before that is written down, the refund fails.
    let fails: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      till.bank.script.fetch = () => {
        resolve();
        till.bank.script = {};
        return new Promise<void>((goOn) => (fails = goOn));
      };
    });
    const stale = deliver(test, eventFor({ id }));
    await asked;
    bank.refundState = 'failed';
    await reconcile(test);
    bank.of(`cs_${id}`).refunded = 0;
    fails?.();
    await stale;
    await reconcile(test);
    expect(await paymentRow(test, id)).toMatchObject({ refunding: 0, refunded: 0 });
  });
});
