import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Meter } from '../../core/metering/meter.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { statementsOf } from '../../../test/harness/statements.js';
import type { CreditEntryPage, CreditsView } from './credit.dto.js';
import { reconcileCredits } from './credit-reconciliation.js';

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
    expect(await eventsOf(actor)).toEqual([]);
  });

  it('are taken in one statement', async () => {
    const { actor, api } = await test.actor();
    await credits(api);
    const sent = await statementsOf(test, () =>
      run((tx) => meter.charge(tx, actor, { reference: reference(), amount: 1 })),
    );
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
    const captured = await Promise.all(
      Array.from({ length: 8 }, () => run((tx) => meter.capture(tx, actor, thing, 5))),
    );
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

  it('are charged to an organization alone: the same reference of another is another thing', async () => {
    const [mine, theirs] = [await test.actor(), await test.actor()];
    const cost = { reference: reference(), amount: 4 };
    for (const { actor } of [mine, theirs]) await run((tx) => meter.charge(tx, actor, cost));
    expect([await credits(mine.api), await credits(theirs.api)]).toEqual([
      { balance: 6, reserved: 0 },
      { balance: 6, reserved: 0 },
    ]);
    expect(await entries(mine.api)).toHaveLength(2);
  });

  it('stay as they are when the transaction of whoever takes them fails', async () => {
    const { actor, api } = await test.actor();
    const lost = run(async (tx) => {
      await meter.charge(tx, actor, { reference: reference(), amount: 4 });
      throw new Error('the oven is out');
    });
    await expect(lost).rejects.toThrow('the oven is out');
    expect(await credits(api)).toEqual({ balance: 10, reserved: 0 });
  });

  it('cannot be taken by fractions, backwards, or more than there are of them', async () => {
    const { actor, api } = await test.actor();
    for (const amount of [0, -1, 0.5, NaN, 2 ** 63]) {
      await expect(run((tx) => meter.charge(tx, actor, { reference: reference(), amount }))).rejects.toThrow();
      await expect(run((tx) => meter.reserve(tx, actor, { reference: reference(), amount }))).rejects.toThrow();
    }
    const thing = reference();
    await run((tx) => meter.reserve(tx, actor, { reference: thing, amount: 3 }));
    await expect(run((tx) => meter.capture(tx, actor, thing, 4))).rejects.toThrow('captured_check');
    await expect(run((tx) => meter.charge(tx, actor, { reference: thing, amount: 8 }))).rejects.toThrow(
      InsufficientCredits,
    );
    expect(await credits(api)).toEqual({ balance: 7, reserved: 3 });
  });

  it('tell once when they become few', async () => {
    const { actor, api } = await test.actor();
    await credits(api);
    for (const amount of [7, 1, 1]) await run((tx) => meter.charge(tx, actor, { reference: reference(), amount }));
    expect((await eventsOf(actor)).filter(({ name }) => name === 'credits.low')).toEqual([
      { name: 'credits.low', payload: { balance: 2, reserved: 0 } },
    ]);
  });

  it('are listed newest first, by reason and by what they are for', async () => {
    const { actor, api } = await test.actor();
    const things = [reference(), reference()] as const;
    for (const thing of things) await run((tx) => meter.charge(tx, actor, { reference: thing, amount: 2 }));
    await run((tx) => meter.refund(tx, actor, { reference: things[0], amount: 1 }));
    const numbers = async (query: string) => (await entries(api, query)).map(({ number }) => number);
    expect(await numbers('')).toEqual([4, 3, 2, 1]);
    expect(await numbers('?reason=charge')).toEqual([3, 2]);
    expect(await numbers(`?reference=${things[0]}`)).toEqual([4, 2]);
    expect(await numbers(`?reason=refund&reference=${things[1]}`)).toEqual([]);
    const { page } = (await api.get<Body<CreditEntryPage>>('/v1/billing/credits/entries?limit=3&total=true')).body;
    expect(page).toMatchObject({ total: 4 });
    expect(await numbers(`?limit=3&cursor=${page.nextCursor}`)).toEqual([1]);
  });

  it('are given by administrators, who say why, once for one key, and in the log of the organization', async () => {
    const [administrator, { actor, api }] = [await test.administrator(), await test.actor('admin')];
    const grant = (key: string, body: object = { amount: 25, reason: 'Sorry for the outage' }) =>
      administrator.api
        .with({ 'idempotency-key': key })
        .post(`/v1/admin/organizations/${actor.organizationId}/credits`, body);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => grant(key)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]?.body ?? {} });
    expect(answers[0]?.body).toMatchObject({ amount: 25, reason: 'grant', note: 'Sorry for the outage' });
    expect(await grant(key, { amount: 26, reason: 'More' })).toMatchObject({ status: 422 });
    expect((await credits(api)).balance).toBe(25);
    const [newest] = await entries(api);
    expect(newest).toEqual(answers[0]?.body);
    expect(await eventsOf(actor)).toMatchObject([{ name: 'credits.granted', payload: { amount: 25 } }]);
    const log = (await api.get<Record<string, unknown>>('/v1/audit-log')).body;
    expect(log.data).toMatchObject([{ action: 'credits.granted', actorId: administrator.actor.userId }]);
  });

  it('are given by nobody else, to no organization that there is not, and not without a key', async () => {
    const [administrator, owner] = [await test.administrator(), await test.actor('owner')];
    const path = (id: string) => `/v1/admin/organizations/${id}/credits`;
    const body = { amount: 1, reason: 'why' };
    const mine = path(owner.actor.organizationId);
    const keyed = (api: TestApp['api']) => api.with({ 'idempotency-key': randomUUID() });
    expect(await keyed(owner.api).post(mine, body)).toMatchObject({ status: 403 });
    expect(await keyed(administrator.api).post(path(randomUUID()), body)).toMatchObject({ status: 404 });
    expect(await administrator.api.post(mine, body)).toMatchObject({ body: { code: 'IDEMPOTENCY_KEY_REQUIRED' } });
    for (const wrong of [{ amount: 0 }, { amount: -5 }, { amount: 1.5 }, { reason: ' ' }, { amount: 2_000_000_000 }]) {
      const answer = await keyed(administrator.api).post(mine, { ...body, ...wrong });
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    }
    expect((await credits(owner.api)).balance).toBe(10);
  });
});
