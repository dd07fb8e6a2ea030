import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Transactions } from '../../core/database/transactions.js';
import { WebhookSources } from '../../core/webhook-sources/webhook-sources.js';
import { type Till, TILLS } from './provider-tills.harness.js';
import { keyed, type OpenedPayment, visit } from './till.harness.js';

type Bought = OpenedPayment & { readonly paymentId: string };

/** Hears an event as whoever has the route of webhooks does: proven, then asked about, then handled in a transaction. */
async function hear(till: Till, event: object): Promise<string> {
  const { test } = till;
  const source = test.app.get(WebhookSources).require(till.provider.name);
  const body = JSON.stringify(event);
  const verified = source.verify(Buffer.from(body), till.sign(body, 'current'));
  const prepared = await source.prepare?.(verified);
  return test.app.get(Transactions).run((tx) => source.handle(tx, verified, prepared));
}

const referenceOf = async ({ test }: Till, { paymentId }: Bought): Promise<string> => {
  const [row] = await sql<{ reference: string }>(
    test.databaseUrl,
    'SELECT checkout_reference AS reference FROM payments WHERE id = $1',
    [paymentId],
  );
  return row?.reference ?? '';
};

describe.each(TILLS)('credits that are bought by %s', (_name, open) => {
  let till: Till;
  beforeAll(async () => {
    till = await open();
  });

  it('[R-63] come with its signed event, once, and go when the money goes back', async () => {
    const { test } = till;
    const { api } = await test.actor('owner');
    const balance = async () => (await api.get('/v1/billing/credits')).body.balance;
    const before = Number(await balance());

    const { body: bought } = await keyed(api).post<Bought>('/v1/billing/credits/checkout', { pack: 'small' });
    expect((await visit(test, bought)).status).toBe(303);
    const reference = await referenceOf(till, bought);
    await till.pay(reference);
    const paid = till.event('paid', reference);
    expect(await Promise.all([1, 2, 3].map(() => hear(till, paid)))).toEqual(['handled', 'handled', 'handled']);
    expect(await balance()).toBe(before + 100);

    const path = `/v1/billing/payments/${bought.paymentId}`;
    const { api: platform } = await test.administrator();
    expect((await keyed(platform).post(`${path}/refunds`, { reason: 'it rained' })).status).toBe(201);
    await eventually(
      async () => expect((await api.get(path)).body).toMatchObject({ status: 'paid', refunded: 2500 }),
      30_000,
    );
    expect(await till.provider.fetch(reference)).toMatchObject({ refunded: 2500 });
    await hear(till, till.event('refunded', reference));
    expect(await balance()).toBe(before);
  }, 60_000);
});
