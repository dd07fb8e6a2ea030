import { deliver, eventsOf, paymentRow, reconcile, salesOf } from './payments.harness.js';
import { METRICS } from '../../../test/harness/process.js';
import { eventFor, openTill, order, payAtBank, type Till, visit } from './till.harness.js';
import { Transactions } from '../../core/database/transactions.js';
import { Payments } from '../../core/payments/payments.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { WebhookSources } from '../../core/webhook-sources/webhook-sources.js';

describe('an event of a provider', () => {
  let till: Till;
  beforeAll(async () => {
    // A hundred at once wait for ten connections, for as long as a busy machine takes.
    till = await openTill({ ...METRICS.env, DB_CONNECT_TIMEOUT_MS: '10000' });
  });
  beforeEach(() => {
    Object.assign(till.shop, { hasIt: true });
    till.bank.script = {};
    till.bank.refundState = 'succeeded';
  });

  const buyer = () => till.test.actor();

  it('[R-56] that comes a hundred times at once settles once', async () => {
    const { api, actor } = await buyer();
    const payment = await payAtBank(till, api);
    const event = eventFor(payment);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => deliver(till.test, event)));
    expect(new Set(outcomes)).toEqual(new Set(['handled']));
    expect(await salesOf(till.test, payment.id)).toEqual([{ what: 'settled', amount: 1250 }]);
    expect(await eventsOf(till.test, actor.organizationId)).toEqual(['payment.succeeded']);
  }, 60_000);

  it('that is old moves nothing back, whatever order they come in', async () => {
    const { bank, test } = till;
    const payment = await payAtBank(till, (await buyer()).api);
    const stored = bank.of(`cs_${payment.id}`);
    await deliver(test, eventFor(payment));
    // What the provider says next is older than what it has said before.
    for (const state of ['open', 'expired'] as const) {
      stored.state = state;
      await deliver(test, eventFor(payment));
      expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid' });
    }
    Object.assign(stored, { state: 'paid', refunded: 500 });
    await deliver(test, eventFor(payment));
    stored.refunded = 0;
    await deliver(test, eventFor(payment));
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid', refunded: 500, refunding: 500 });
    expect(await salesOf(test, payment.id)).toEqual([
      { what: 'settled', amount: 1250 },
      { what: 'refunded', amount: 500 },
    ]);
  });

  it('is about its own payment only, and about none of ours is ignored', async () => {
    expect(await deliver(till.test, { id: 'e1', reference: 'cs_of-somebody-else' })).toBe('ignored');
    expect(await deliver(till.test, { id: 'e2' })).toBe('ignored');
    const source = till.test.app.get(WebhookSources).require('scripted');
    expect(() => source.verify(Buffer.from('{}'), {})).toThrow(SignatureInvalid);
  });

  it('finds its payment also by the charge that it names', async () => {
    const payment = await payAtBank(till, (await buyer()).api);
    expect(await deliver(till.test, { id: 'e3', chargeReference: `ch_${payment.id}` })).toBe('handled');
    expect(await paymentRow(till.test, payment.id)).toMatchObject({ status: 'paid' });
    expect(await deliver(till.test, { id: 'e4', chargeReference: `ch_${payment.id}` })).toBe('handled');
  });

  it.each([
    ['amount', { amount: 1 }],
    ['currency', { currency: 'JPY' }],
  ])('of another %s settles nothing, is done with, alerts and counts', async (_what, other) => {
    const { test, bank } = till;
    const { api, actor } = await buyer();
    const before = await METRICS.value(test, 'payment_mismatches_total');
    const alerts = await METRICS.value(test, 'operator_alerts_total', 'critical');
    const told = await order(api);
    await visit(test, told);
    bank.pay(told.id);
    expect(await deliver(test, eventFor(told, { paid: { amount: 1250, currency: 'EUR', ...other } }))).toBe('handled');
    const asked = await order(api);
    await visit(test, asked);
    bank.pay(asked.id, other);
    expect(await deliver(test, eventFor(asked))).toBe('handled');
    for (const { id } of [told, asked]) {
      await deliver(test, eventFor({ id }));
      await reconcile(test);
      expect(await paymentRow(test, id)).toMatchObject({ status: 'failed', mismatched: true, refunding: 0 });
      expect((await salesOf(test, id)).map(({ what }) => what)).toEqual(['failed']);
    }
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.failed', 'payment.failed']);
    expect(await METRICS.value(test, 'payment_mismatches_total')).toBeGreaterThanOrEqual(before + 2);
    expect(await METRICS.value(test, 'operator_alerts_total', 'critical')).toBeGreaterThanOrEqual(alerts + 2);
  });

  it('of another amount for what is paid already changes nothing', async () => {
    const payment = await payAtBank(till, (await buyer()).api);
    await deliver(till.test, eventFor(payment));
    await deliver(till.test, eventFor(payment, { paid: { amount: 9, currency: 'EUR' } }));
    expect(await paymentRow(till.test, payment.id)).toMatchObject({ status: 'paid', mismatched: true });
    expect(await salesOf(till.test, payment.id)).toHaveLength(1);
  });

  it('of money for what is no longer to be had gives all of it back, once', async () => {
    const { test, bank, shop } = till;
    const { api, actor } = await buyer();
    const payment = await payAtBank(till, api);
    shop.hasIt = false;
    await Promise.all(Array.from({ length: 10 }, () => deliver(test, eventFor(payment))));
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'refused', refunding: 1250, refunded: 0 });
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'refused', refunded: 1250 });
    expect(bank.of(`cs_${payment.id}`).refunded).toBe(1250);
    expect(await salesOf(test, payment.id)).toEqual([]);
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.failed', 'payment.refunded']);
  });

  it('of money that comes after the end gives all of it back, and sells nothing', async () => {
    const { test, bank } = till;
    const { api } = await buyer();
    const payment = await order(api);
    await visit(test, payment);
    const payments = test.app.get(Payments);
    await test.app.get(Transactions).run((tx) => payments.cancel(tx, payment.id));
    bank.pay(payment.id);
    await deliver(test, eventFor(payment));
    await deliver(test, eventFor(payment));
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'refused', refunded: 1250, refunding: 1250 });
    expect(bank.of(`cs_${payment.id}`).refunded).toBe(1250);
    expect(await salesOf(test, payment.id)).toEqual([]);
  });

  it('of a dispute marks the payment once, tells of it and alerts', async () => {
    const { test, bank } = till;
    const { api, actor } = await buyer();
    const payment = await payAtBank(till, api);
    bank.of(`cs_${payment.id}`).disputed = true;
    await Promise.all(Array.from({ length: 5 }, () => deliver(test, eventFor(payment))));
    expect((await api.get(`/v1/billing/payments/${payment.id}`)).body).toMatchObject({
      status: 'paid',
      disputed: true,
    });
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.succeeded', 'payment.disputed']);
  });

  it('of what nobody here sells any more alerts, and waits for who does', async () => {
    const { test } = till;
    const payment = await payAtBank(till, (await buyer()).api);
    const rename = (kind: string) =>
      test.app
        .get(Transactions)
        .run((tx) => tx.query('UPDATE payments SET payable_kind = $2 WHERE id = $1', [payment.id, kind]));
    await rename('gone');
    const alerts = await METRICS.value(test, 'operator_alerts_total', 'critical');
    expect(await deliver(test, eventFor(payment))).toBe('handled');
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'open' });
    expect(await METRICS.value(test, 'operator_alerts_total', 'critical')).toBeGreaterThan(alerts);
    await rename('seat');
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid' });
  });
});
