import { randomUUID } from 'node:crypto';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { sql } from '../../../test/harness/database.js';
import { deliver, eventsOf, salesOf, seatId } from './payments.harness.js';
import { eventFor, keyed, openTill, order, payAtBank, type Till, visit } from './till.harness.js';

describe('a payment', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  beforeEach(() => Object.assign(till.shop, { hasIt: true }));

  const path = '/v1/billing/payments';
  const body = (seat: string) => ({ payable: { kind: 'seat', id: seatId(seat) } });

  it('is opened for what it costs, with a link of ours, and without a word to the provider', async () => {
    const { test, bank } = till;
    const { api, actor } = await test.actor('member');
    const before = bank.asked.createCheckout ?? 0;
    const payment = await order(api, 'A1');
    expect(payment).toMatchObject({
      payable: { kind: 'seat', id: seatId('A1') },
      organizationId: actor.organizationId,
      ...{ amount: 1250, currency: 'EUR', status: 'open', refunded: 0, disputed: false, paidAt: null },
    });
    expect(payment.checkoutUrl).toMatch(/^http:\/\/127\.0\.0\.1:3000\/v1\/billing\/checkout\/[\w-]{43}$/);
    expect(bank.asked.createCheckout ?? 0).toBe(before);
    const { checkoutUrl: _, ...view } = payment;
    expect((await api.get(`${path}/${payment.id}`)).body).toEqual(view);
    expect((await api.get<{ data: object[] }>(path)).body.data).toEqual([view]);
  });

  it('is one for one thing, also of those who ask at the same time, and the same again', async () => {
    const { api } = await till.test.actor();
    const opened = await Promise.all(Array.from({ length: 10 }, () => order(api, 'B1')));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(new Set(opened.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(1);
    const other = await till.test.actor();
    expect((await order(other.api, 'B1')).id).not.toBe(opened[0]?.id);
  });

  it('gives way to another when the price has changed, and whoever pays the old one gets the money back', async () => {
    const { test, shop } = till;
    const { api } = await test.actor();
    const first = await order(api, 'C1');
    const { price } = shop;
    shop.price = { ...price, amount: 2000 };
    const second = await order(api, 'C1');
    shop.price = price;
    expect(second).toMatchObject({ amount: 2000, status: 'open' });
    expect((await api.get(`${path}/${first.id}`)).body.status).toBe('cancelled');
    expect((await visit(test, first)).body.code).toBe('CHECKOUT_ENDED');
  });

  it('[R-62] #1 is opened once for one key, and its answer is the first one', async () => {
    const { api } = await till.test.actor();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => keyed(api, key).post(path, body('D1'))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await keyed(api, key).post(path, body('D2'))).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    });
    expect(await api.post(path, body('D1'))).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_REQUIRED' } });
  });

  it('is for what there is, and for who has a verified address', async () => {
    const { api, actor } = await till.test.actor();
    const unknown = await till.test.actor();
    await sql(till.test.databaseUrl, 'UPDATE users SET email_verified_at = NULL WHERE id = $1', [unknown.actor.userId]);
    const claims = { ...unknown.actor, emailVerified: false };
    const answers = [
      await keyed(api).post(path, body('nothing')),
      await keyed(api).post(path, { payable: { kind: 'unheard-of', id: seatId('x') } }),
      ...(await Promise.all(
        [{ payable: { kind: 'seat' } }, {}, { payable: null }, { payable: [body('E').payable] }].map((one) =>
          keyed(api).post(path, one),
        ),
      )),
      await keyed(unknown.api.with({ [ACTOR_HEADER]: JSON.stringify(claims) })).post(path, body('E')),
      await keyed(api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, role: 'viewer' }) })).post(path, body('E')),
    ];
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([
      ...[[404, 'NOT_FOUND'], [404, 'NOT_FOUND'], ...Array<unknown>(4).fill([400, 'VALIDATION_FAILED'])],
      ...[
        [403, 'EMAIL_NOT_VERIFIED'],
        [403, 'FORBIDDEN'],
      ],
    ]);
  });

  it('is seen by its buyer and by who sells it, and by nobody else', async () => {
    const { test, shop } = till;
    const [buyer, seller, stranger] = [await test.actor(), await test.actor('admin'), await test.actor()];
    const { price } = shop;
    shop.price = { ...price, sellerOrganizationId: seller.actor.organizationId };
    const { id } = await order(buyer.api);
    shop.price = price;
    const platform = await test.administrator();
    const own = (await order(buyer.api)).id;
    const statuses = async (of: string) =>
      Promise.all(
        [buyer, seller, stranger, platform].flatMap(({ api }) =>
          [`${path}/${of}`, `${path}/${of}/refunds`].map(async (at) => (await api.get(at)).status),
        ),
      );
    expect(await statuses(id)).toEqual([200, 200, 200, 200, 404, 404, 404, 404]);
    expect(await statuses(own)).toEqual([200, 200, 404, 404, 404, 404, 200, 200]);
    const clerk = seller.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...seller.actor, role: 'member' }) });
    expect((await clerk.get(`${path}/${id}`)).status).toBe(404);
  });

  it('that the provider says is paid is settled once, with an event and a receipt', async () => {
    const { test } = till;
    const { api, actor } = await test.actor();
    const payment = await payAtBank(till, api);
    await deliver(test, eventFor(payment));
    expect((await api.get(`${path}/${payment.id}`)).body).toMatchObject({ status: 'paid' });
    expect(await salesOf(test, payment.id)).toEqual([{ what: 'settled', amount: 1250 }]);
    expect(await eventsOf(test, actor.organizationId)).toEqual(['payment.succeeded']);
  });

  it('whose link was used up leads back to where the buyer came from', async () => {
    const { test } = till;
    const payment = await payAtBank(till, (await test.actor()).api);
    await deliver(test, eventFor(payment));
    const { status, headers } = await visit(test, payment);
    expect([status, headers.get('location')]).toEqual([
      303,
      `http://127.0.0.1:3000/dev/billing?payment=${payment.id}&status=paid`,
    ]);
  });
});
