import { sql } from '../../../test/harness/database.js';
import { eventsOf, paymentRow, reconcile, salesOf, seatId } from './payments.harness.js';
import { openTill, order, payAtBank, type Till, visit } from './till.harness.js';
import { Transactions } from '../../core/database/transactions.js';
import { Payments } from '../../core/payments/payments.js';

describe('where no event comes', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  beforeEach(() => {
    till.bank.script = {};
  });

  const buyer = () => till.test.actor();
  const over = (id: string) =>
    sql(till.test.databaseUrl, `UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);

  it('the reconciler asks the provider, and completes what was paid', async () => {
    const { api, actor } = await buyer();
    const payment = await payAtBank(till, api);
    await reconcile(till.test);
    await reconcile(till.test);
    expect(await paymentRow(till.test, payment.id)).toMatchObject({ status: 'paid' });
    expect(await salesOf(till.test, payment.id)).toEqual([{ what: 'settled', amount: 1250 }]);
    expect(await eventsOf(till.test, actor.organizationId)).toEqual(['payment.succeeded']);
  });

  it('two reconcilers at once settle once', async () => {
    const payments = [];
    for (let n = 0; n < 12; n++) payments.push(await payAtBank(till, (await buyer()).api));
    await Promise.all([1, 2, 3].map(() => reconcile(till.test)));
    for (const { id } of payments) expect(await salesOf(till.test, id)).toEqual([{ what: 'settled', amount: 1250 }]);
  });

  it('what nobody has opened in time ends without a word to the provider', async () => {
    const { test, bank } = till;
    const { api, actor } = await buyer();
    const payment = await order(api, 'unopened');
    await over(payment.id);
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'expired' });
    expect(bank.requests.some(({ paymentId }) => paymentId === payment.id)).toBe(false);
    expect((await salesOf(test, payment.id)).map(({ what }) => what)).toEqual(['failed']);
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.failed']);
    expect((await order(api, 'unopened')).id).not.toBe(payment.id);
  });

  it('what nobody has opened in time makes way for another, also before the reconciler comes', async () => {
    const { api } = await buyer();
    const payment = await order(api, 'again');
    await over(payment.id);
    expect((await order(api, 'again')).id).not.toBe(payment.id);
    expect((await salesOf(till.test, payment.id)).map(({ what }) => what)).toEqual(['failed']);
  });

  it('what the provider has no page for ends with its time, and makes way for another', async () => {
    const { test, bank } = till;
    const { api } = await buyer();
    const payment = await order(api, 'unpayable');
    bank.script.createCheckout = () => {
      throw new Error('not in this currency');
    };
    expect((await visit(test, payment)).status).toBe(500);
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'open' });
    await over(payment.id);
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'expired' });
    expect((await order(api, 'unpayable')).id).not.toBe(payment.id);
  });

  it('a link that was asked for until a day lives until that day, also if there was one before', async () => {
    const { test } = till;
    const { api, actor } = await buyer();
    const before = await order(api, 'by mail');
    const until = new Date(Date.now() + 7 * 86_400_000);
    const open = (day: Date) =>
      test.app
        .get(Transactions)
        .run((tx) => test.app.get(Payments).open(tx, actor, { kind: 'seat', id: seatId('by mail') }, day));
    for (const day of [until, new Date()]) expect(await open(day)).toMatchObject({ id: before.id });
    const rows = await sql(test.databaseUrl, 'SELECT expires_at FROM payments WHERE id = $1', [before.id]);
    expect(rows).toEqual([{ expires_at: until }]);
  });

  it('what was opened and not paid is ended at the provider first', async () => {
    const { test, bank } = till;
    const { api } = await buyer();
    const payment = await order(api, 'opened');
    await visit(test, payment);
    await over(payment.id);
    const again = await api
      .with({ 'idempotency-key': 'opened-again' })
      .post('/v1/billing/payments', { payable: { kind: 'seat', id: seatId('opened') } });
    expect(again).toMatchObject({ status: 409, body: { code: 'PAYMENT_ENDING' } });
    await reconcile(test);
    expect(bank.of(`cs_${payment.id}`).state).toBe('expired');
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'expired' });
  });

  it('who pays while it is being ended has paid', async () => {
    const { test, bank } = till;
    const payment = await order((await buyer()).api);
    await visit(test, payment);
    await over(payment.id);
    // The first answer is that it is open; then the buyer is quicker than we are.
    bank.script.fetch = () => {
      bank.script = {};
      bank.pay(payment.id);
    };
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'paid' });
  });

  it('what was given up and paid all the same goes back', async () => {
    const { test, bank } = till;
    const payment = await payAtBank(till, (await buyer()).api);
    await test.app.get(Transactions).run((tx) => test.app.get(Payments).cancel(tx, payment.id));
    await reconcile(test);
    await reconcile(test);
    expect(await paymentRow(test, payment.id)).toMatchObject({ status: 'refused', refunded: 1250 });
    expect(bank.of(`cs_${payment.id}`).refunded).toBe(1250);
  });

  it('a provider that fails for one payment keeps nobody else waiting, and is asked again later', async () => {
    const { test, bank } = till;
    const [lost, other] = [await payAtBank(till, (await buyer()).api), await payAtBank(till, (await buyer()).api)];
    const stored = bank.of(`cs_${lost.id}`);
    bank.payments.delete(`cs_${lost.id}`);
    await reconcile(test);
    expect(await paymentRow(test, other.id)).toMatchObject({ status: 'paid' });
    expect(await paymentRow(test, lost.id)).toMatchObject({ status: 'open' });
    bank.payments.set(`cs_${lost.id}`, stored);
    await reconcile(test);
    expect(await paymentRow(test, lost.id)).toMatchObject({ status: 'paid' });
  });

  it('nothing is asked of what is done', async () => {
    const { test, bank } = till;
    await reconcile(test);
    const asked = { ...bank.asked };
    await payAtBank(till, (await buyer()).api);
    await reconcile(test);
    await reconcile(test);
    expect((bank.asked.fetch ?? 0) - (asked.fetch ?? 0)).toBe(1);
  });
});
