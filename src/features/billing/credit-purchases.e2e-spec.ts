import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Alerts } from '../../core/alerts/alerts.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Meter } from '../../core/metering/meter.js';
import { Payables, type PaidPayment, type Payable } from '../../core/payments/payables.js';
import { Payments } from '../../core/payments/payments.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { CreditEntryPage, CreditsView } from './credit.dto.js';
import { reconcileCredits } from './credit-reconciliation.js';

type Body<T> = T & Record<string, unknown>;

const PACKS = { BILLING_CREDIT_PACKS: 'small=100:499:EUR,yen=7:1000:JPY', BILLING_SIGNUP_CREDITS: '0' };

describe('credits that are bought', () => {
  let test: TestApp;
  let payable: Payable;
  beforeAll(async () => {
    test = await TestApp.start({ env: PACKS });
    payable = test.app.get(Payables).find('credit-pack')!;
    // Who takes the money is not what is tested here.
    jest.spyOn(test.app.get(Payments), 'open').mockImplementation(async (tx, buyer, { id }) => {
      const { amount, currency } = await payable.quote(tx, buyer, id);
      return { id: randomUUID(), checkoutUrl: 'https://pay.example.org', amount, currency };
    });
  });

  const run = <T>(work: (tx: Tx) => Promise<T>) => test.app.get(Transactions).run(work);
  const credits = async (api: TestApp['api']) => (await api.get<Body<CreditsView>>('/v1/billing/credits')).body;
  const entries = async (api: TestApp['api']) =>
    (await api.get<Body<CreditEntryPage>>('/v1/billing/credits/entries')).body.data;
  const buy = (api: TestApp['api'], body: object = { pack: 'small' }, key: string = randomUUID()) =>
    api.with({ 'idempotency-key': key }).post<Body<{ purchaseId: string }>>('/v1/billing/credits/checkout', body);
  const differences = async () => (await reconcileCredits(test.app.get(DataSource).manager)).differences;

  /** What billing would say of it. */
  async function ordered(): Promise<{ actor: Actor; api: TestApp['api']; payment: PaidPayment }> {
    const { actor, api } = await test.actor();
    const { purchaseId: payableId } = (await buy(api)).body;
    const { organizationId, userId } = actor;
    return {
      actor,
      api,
      payment: { id: randomUUID(), payableId, organizationId, userId, amount: 499, currency: 'EUR' },
    };
  }

  it('are not sold to an organization that is closed by now', async () => {
    const { payment } = await ordered();
    await sql(test.databaseUrl, 'UPDATE organizations SET closed_at = now() WHERE id = $1', [payment.organizationId]);
    expect(await run((tx) => payable.settle(tx, payment))).toBe('refused');
  });

  it('have prices that anybody of an organization may see', async () => {
    const { api } = await test.actor('viewer');
    expect((await api.get('/v1/billing/credits/packs')).body).toEqual({
      enabled: test.app.get(Payments).enabled,
      packs: [
        { name: 'small', credits: 100, amount: 499, currency: 'EUR' },
        { name: 'yen', credits: 7, amount: 1_000, currency: 'JPY' },
      ],
    });
  });

  it('[R-62] are ordered once for one key, by admins, and come when they are paid for', async () => {
    const { api } = await test.actor('admin');
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => buy(api, { pack: 'yen' }, key)));
    for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 201, body: answers[0]?.body });
    expect(answers[0]?.body).toMatchObject({ checkoutUrl: 'https://pay.example.org', pack: { credits: 7 } });
    expect(await buy(api, { pack: 'small' }, key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    });
    expect(await buy(api, { pack: 'huge' })).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_PACK', details: { packs: ['small', 'yen'] } },
    });
    expect(await api.post('/v1/billing/credits/checkout', { pack: 'yen' })).toMatchObject({ status: 400 });
    expect(await buy((await test.actor('member')).api)).toMatchObject({ status: 403 });
    expect(await credits(api)).toEqual({ balance: 0, reserved: 0 });
  });

  it('come once, also if it is paid for twice, or settled at the same moment', async () => {
    const { actor, api, payment } = await ordered();
    const settle = (paid: PaidPayment) => run((tx) => payable.settle(tx, paid));
    expect(await settle({ ...payment, amount: 498 })).toBe('refused');
    expect(await settle({ ...payment, currency: 'USD' })).toBe('refused');
    const second = { ...payment, id: randomUUID() };
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, n) => settle(n % 2 === 0 ? payment : second)));
    expect(outcomes.filter((one) => one === 'settled')).toHaveLength(3);
    expect(outcomes.filter((one) => one === 'refused')).toHaveLength(3);
    expect(await credits(api)).toEqual({ balance: 100, reserved: 0 });
    const refused = outcomes[0] === 'refused' ? payment : second;
    await run((tx) => payable.refunded!(tx, refused, 499));
    expect(await credits(api)).toEqual({ balance: 100, reserved: 0 });
    const reference = `purchase:${payment.payableId}`;
    expect(await entries(api)).toMatchObject([{ reason: 'purchase', amount: 100, reference }]);
    await expect(run((tx) => payable.quote(tx, actor, payment.payableId))).rejects.toThrow(NotFound);
    const { payment: other } = await ordered();
    const { actor: stranger } = await test.actor();
    await expect(run((tx) => payable.quote(tx, stranger, other.payableId))).rejects.toThrow(NotFound);
    const member: Actor = { ...stranger, organizationId: other.organizationId, role: 'member' };
    await expect(run((tx) => payable.quote(tx, member, other.payableId))).rejects.toThrow(Forbidden);
    const events = await sql(test.databaseUrl, 'SELECT name FROM events WHERE organization_id = $1', [
      actor.organizationId,
    ]);
    expect(events).toEqual([{ name: 'credits.purchased' }]);
  });

  it('go back with the money, part by part, and no more than came', async () => {
    const { api, payment } = await ordered();
    await run((tx) => payable.settle(tx, payment));
    const refunded = (amount: number) => run((tx) => payable.refunded!(tx, payment, amount));
    await Promise.all([refunded(250), refunded(250), refunded(250)]);
    expect((await credits(api)).balance).toBe(49);
    await refunded(499);
    await refunded(499);
    await refunded(250);
    expect((await credits(api)).balance).toBe(0);
    expect((await entries(api)).map(({ reason, amount }) => [reason, amount])).toEqual([
      ['purchase-refund', -49],
      ['purchase-refund', -51],
      ['purchase', 100],
    ]);
    expect(await differences()).toEqual([]);
  });

  it('go back as far as they are there: what was spent is written down, and an operator is told', async () => {
    const { actor, api, payment } = await ordered();
    const alerts = jest.spyOn(test.app.get(Alerts), 'raise');
    await run((tx) => payable.settle(tx, payment));
    await run((tx) => test.app.get(Meter).charge(tx, actor, { reference: 'test:1', amount: 80 }));
    await run((tx) => payable.refunded!(tx, payment, 499));
    expect(await credits(api)).toEqual({ balance: 0, reserved: 0 });
    const [purchase] = await sql(test.databaseUrl, 'SELECT due_back, taken_back FROM credit_purchases WHERE id = $1', [
      payment.payableId,
    ]);
    expect(purchase).toEqual({ due_back: '100', taken_back: '20' });
    await eventually(() =>
      Promise.resolve(expect(alerts).toHaveBeenCalledWith(expect.objectContaining({ key: 'credits-missing' }))),
    );
    expect(await differences()).toEqual([]);
  });
});
