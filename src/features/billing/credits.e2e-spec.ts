import { randomUUID } from 'node:crypto';
import type { Actor } from '../../core/access/actor.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Meter } from '../../core/metering/meter.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { statementsOf } from '../../../test/harness/statements.js';
import type { CreditEntryPage, CreditsView } from './credit.dto.js';
import { reconcileCredits } from './credit-reconciliation.js';
import { DataSource } from 'typeorm';
import { StaleReservations } from './stale-reservations.js';

type Body<T> = T & Record<string, unknown>;

describe('the credits of an organization', () => {
  let test: TestApp;
  let meter: Meter;
  beforeAll(async () => {
    test = await TestApp.start({ env: { BILLING_SIGNUP_CREDITS: '10', BILLING_LOW_CREDITS: '3' } });
    meter = test.app.get(Meter);
  });

  const run = <T>(work: (tx: Tx) => Promise<T>) => test.app.get(Transactions).run(work);
  const reference = () => `test:${randomUUID()}`;
  const credits = async (api: TestApp['api']) => (await api.get<Body<CreditsView>>('/v1/billing/credits')).body;
  const entries = async (api: TestApp['api'], query = '') =>
    (await api.get<Body<CreditEntryPage>>(`/v1/billing/credits/entries${query}`)).body.data;
  const differences = async () => (await reconcileCredits(test.app.get(DataSource).manager)).differences;
  const eventsOf = ({ organizationId }: Actor) =>
    sql<{ name: string; payload: object }>(
      test.databaseUrl,
      `SELECT name, payload FROM events WHERE organization_id = $1 ORDER BY id`,
      [organizationId],
    );

  it('begin with what everybody gets who signs up, whoever asks first', async () => {
    const { actor, api } = await test.actor();
    const answers = await Promise.all(Array.from({ length: 10 }, () => credits(api)));
    expect(answers).toEqual(Array.from({ length: 10 }, () => ({ balance: 10, reserved: 0 })));
    expect(await entries(api)).toMatchObject([
      { number: 1, reason: 'sign-up', reference: `user:${actor.userId}`, amount: 10, balanceAfter: 10, note: null },
    ]);
    expect(await eventsOf(actor)).toMatchObject([{ name: 'credits.granted', payload: { amount: 10 } }]);
  });

  it('are taken in one statement', async () => {
    const { actor, api } = await test.actor();
    await credits(api);
    const sent = await statementsOf(test, () => run((tx) => meter.charge(tx, actor, { reference: reference(), amount: 1 })));
    expect(sent.filter(({ text }) => text.includes('credit_'))).toHaveLength(1);
    expect(await credits(api)).toEqual({ balance: 9, reserved: 0 });
  });

  it('are charged once for one reference, however often and at the same time', async () => {
    const { actor, api } = await test.actor();
    const thing = reference();
    await Promise.all(
      Array.from({ length: 20 }, () => run((tx) => meter.charge(tx, actor, { reference: thing, amount: 4 }))),
    );
    expect(await credits(api)).toEqual({ balance: 6, reserved: 0 });
    await run((tx) => meter.charge(tx, actor, { reference: reference(), amount: 6 }));
    await run((tx) => meter.charge(tx, actor, { reference: thing, amount: 4 }));
    expect(await differences()).toEqual([]);
  });

  it('are set aside, taken in part, and given back', async () => {
    const { actor, api } = await test.actor();
    const thing = reference();
    await run((tx) => meter.reserve(tx, actor, { reference: thing, amount: 7 }));
    expect(await credits(api)).toEqual({ balance: 3, reserved: 7 });
    const captured = await Promise.all(Array.from({ length: 8 }, () => run((tx) => meter.capture(tx, actor, thing, 5))));
    expect(captured.filter((one) => one)).toHaveLength(1);
    expect(await run((tx) => meter.release(tx, actor, thing))).toBe(false);
    expect(await credits(api)).toEqual({ balance: 5, reserved: 0 });
    const refunded = await Promise.all(
      Array.from({ length: 8 }, () => run((tx) => meter.refund(tx, actor, { reference: thing, amount: 99 }))),
    );
    expect(refunded.filter((one) => one)).toHaveLength(1);
    expect(await credits(api)).toEqual({ balance: 10, reserved: 0 });
    expect((await entries(api)).map(({ reason, amount, reserved }) => [reason, amount, reserved])).toEqual([
      ['refund', 5, 0],
      ['capture', 2, -7],
      ['reserve', -7, 7],
      ['sign-up', 10, 0],
    ]);
    expect(await differences()).toEqual([]);
  });
});
