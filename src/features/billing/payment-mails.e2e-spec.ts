import type { Till } from './till.harness.js';
import { eventually } from '../../../test/harness/eventually.js';
import { deliver, paymentRow } from './payments.harness.js';
import { eventFor, keyed, openTill, payAtBank } from './till.harness.js';

interface Caught {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

describe('what buyers get in writing', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ JOBS_CONCURRENCY: '5' });
  });

  const mails = async () =>
    JSON.stringify((await till.test.api.get<{ data: Caught[] }>('/dev/inbox/messages')).body.data);

  it.each([
    ['EUR', 1250, '€12.50', '€2.00', 200],
    ['JPY', 1250, '¥1,250', '¥200', 200],
    ['KWD', 1250, 'KWD 1.250', 'KWD 0.200', 200],
  ])(
    'is a receipt, and word of a refund, in %s with its own decimals',
    async (currency, amount, whole, part, back) => {
      const { test, shop } = till;
      const description = `A seat for ${currency}`;
      shop.price = { amount, currency, description };
      const payment = await payAtBank(till, (await test.actor()).api);
      await deliver(test, eventFor(payment));
      await eventually(
        async () => expect((await mails()).replaceAll('\u00a0', ' ')).toContain(`Receipt: ${whole}`),
        30_000,
      );
      const platform = await test.administrator();
      const refund = { amount: back, reason: 'it rained' };
      expect((await keyed(platform.api).post(`/v1/billing/payments/${payment.id}/refunds`, refund)).status).toBe(201);
      // By the job, which follows the commit.
      await eventually(
        async () => expect(await paymentRow(test, payment.id)).toMatchObject({ refunded: back }),
        30_000,
      );
      await eventually(
        async () => expect((await mails()).replaceAll('\u00a0', ' ')).toContain(`Refund: ${part}`),
        30_000,
      );
    },
    90_000,
  );

  it('comes after a refund that the provider could not do at first', async () => {
    const { test, bank } = till;
    const payment = await payAtBank(till, (await test.actor()).api);
    await deliver(test, eventFor(payment));
    let failures = 0;
    bank.script.refund = () => {
      if (failures++ < 1) throw new Error('closed on Sundays');
    };
    const platform = await test.administrator();
    await keyed(platform.api).post(`/v1/billing/payments/${payment.id}/refunds`, { reason: 'it rained' });
    await eventually(async () => expect(await paymentRow(test, payment.id)).toMatchObject({ refunded: 1250 }), 60_000);
    expect(failures).toBe(2);
  }, 90_000);
});
