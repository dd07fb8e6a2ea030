import { randomUUID } from 'node:crypto';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FakeDesk } from './fake-desk.harness.js';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { organizationClosed } from '../../core/identity/identity.events.js';
import { Offer } from '../../core/ports/registry.js';
import { Payments } from '../../core/payments/payments.js';
import { Erasure } from '../../core/privacy/erasure.service.js';
import type { PlanCheckoutView, SubscriptionView } from './subscription.dto.js';
import { USUAL_PLANS } from './plan-table.js';
import { aMonthAfter } from './paid-times.js';

type Body<T> = T & Record<string, unknown>;

const CHECKOUT = '/v1/billing/subscription/checkout';
const CANCEL = '/v1/billing/subscription/cancel';

interface Somebody {
  readonly actor: Actor;
  readonly api: ApiClient;
}

describe('a subscription', () => {
  let test: TestApp;
  let desk: FakeDesk;
  beforeAll(async () => {
    test = await TestApp.start();
    desk = new FakeDesk(test);
  });

  const rows = <T extends object>(statement: string, values: unknown[] = []) =>
    sql<T>(test.databaseUrl, statement, values);
  const keyed = (api: ApiClient, key: string = randomUUID()) => api.with({ 'idempotency-key': key });
  const as = (actor: Actor) => test.api.with({ [ACTOR_HEADER]: JSON.stringify(actor) });
  const checkout = ({ api }: Pick<Somebody, 'api'>, plan: string) =>
    keyed(api).post<Body<PlanCheckoutView>>(CHECKOUT, { plan });
  const cancel = ({ api }: Pick<Somebody, 'api'>) => keyed(api).post<Body<SubscriptionView>>(CANCEL);
  const view = async ({ api }: Pick<Somebody, 'api'>) =>
    (await api.get<Body<SubscriptionView>>('/v1/billing/subscription')).body;
  /** @returns the payment */
  async function pay(somebody: Pick<Somebody, 'api'>, plan: string): Promise<string> {
    const { status, body } = await checkout(somebody, plan);
    expect(status).toBe(201);
    expect(await desk.settle(body.paymentId)).toBe('settled');
    return body.paymentId;
  }
  const periods = ({ actor }: Pick<Somebody, 'actor'>) =>
    rows<{ plan: string; state: string; startsAt: Date; endsAt: Date }>(
      `SELECT plan, state, starts_at AS "startsAt", ends_at AS "endsAt" FROM subscription_periods
        WHERE organization_id = $1 ORDER BY starts_at, created_at`,
      [actor.organizationId],
    );
  const facts = ({ actor }: Pick<Somebody, 'actor'>) =>
    rows<{ payload: object }>(
      `SELECT payload FROM events WHERE organization_id = $1 AND name = 'subscription.changed' ORDER BY id`,
      [actor.organizationId],
    ).then((found) => found.map(({ payload }) => payload));
  /** As if everything had been paid so much earlier. The next change forgets what was remembered. */
  const earlier = ({ actor }: Pick<Somebody, 'actor'>, interval: string) =>
    rows(
      `WITH moved AS (UPDATE subscription_periods SET starts_at = starts_at - $2::interval, ends_at = ends_at - $2::interval
                       WHERE organization_id = $1)
       UPDATE subscriptions SET paid_until = paid_until - $2::interval WHERE organization_id = $1`,
      [actor.organizationId, interval],
    );

  it('is free of charge until somebody pays', async () => {
    const somebody = await test.actor('viewer');
    expect(await view(somebody)).toEqual({
      ...{ plan: 'free', title: 'Free', state: 'free' },
      ...{ endsAt: null, nextPlan: null, paidUntil: null, cancelled: false },
    });
    const { body } = await test.api.get<Record<string, unknown>>('/v1/billing/plans');
    expect(body).toMatchObject({
      freePlan: 'free',
      plans: USUAL_PLANS.map(({ name, price, currency }) => ({ name, price, currency, exponent: 2 })),
    });
  });

  it('begins with the payment, for a month, and everybody who listens is told', async () => {
    const somebody = await test.actor('admin');
    const { status, body } = await checkout(somebody, 'freelance');
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ plan: 'freelance', amount: 1_900, currency: 'EUR', paymentId: body.paymentId },
      checkoutUrl: `https://pay.example.org/${body.paymentId}`,
    });
    expect(await view(somebody)).toMatchObject({ plan: 'free' });
    const before = Date.now();
    expect(await desk.settle(body.paymentId)).toBe('settled');
    const found = await view(somebody);
    expect(found).toMatchObject({ plan: 'freelance', state: 'paid', nextPlan: 'freelance', cancelled: false });
    expect(found.endsAt).toBe(found.paidUntil);
    expect(Math.abs(Date.parse(found.endsAt!) - aMonthAfter(before))).toBeLessThan(60_000);
    expect(await facts(somebody)).toEqual([
      {
        ...{ organizationId: somebody.actor.organizationId, plan: 'freelance' },
        ...{ paidUntil: found.paidUntil, cancelled: false },
      },
    ]);
    expect(
      await rows(`SELECT action FROM audit_log WHERE organization_id = $1 ORDER BY id`, [
        somebody.actor.organizationId,
      ]),
    ).toEqual([{ action: 'plan.checkout-opened' }, { action: 'plan.paid' }]);
  });

  it('[R-62] #1 is asked for once by ten that come with one key, and refuses another body with it', async () => {
    const somebody = await test.actor();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => keyed(somebody.api, key).post(CHECKOUT, { plan: 'business' })),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]!.body });
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(9);
    expect(await periods(somebody)).toHaveLength(1);
    expect(await keyed(somebody.api, key).post(CHECKOUT, { plan: 'freelance' })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    });
    for (const path of [CHECKOUT, CANCEL]) {
      expect(await somebody.api.post(path, path === CHECKOUT ? { plan: 'business' } : undefined)).toMatchObject({
        status: 400,
        body: { code: 'IDEMPOTENCY_KEY_REQUIRED' },
      });
    }
  });

  it('[R-62] #1 is cancelled once by ten that come with one key', async () => {
    const somebody = await test.actor();
    await pay(somebody, 'business');
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => keyed(somebody.api, key).post(CANCEL)));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, body: { cancelled: true, plan: 'business' } });
    expect(await facts(somebody)).toHaveLength(2);
  });

  it('is bought by admins with a proven address, and not for nothing', async () => {
    const { actor, api } = await test.actor('member');
    expect(await checkout({ api }, 'business')).toMatchObject({ status: 403 });
    expect(await cancel({ api })).toMatchObject({ status: 403 });
    const admin = await test.actor('admin');
    await rows('UPDATE users SET email_verified_at = NULL WHERE id = $1', [admin.actor.userId]);
    const unproven = as({ ...admin.actor, emailVerified: false });
    expect(await checkout({ api: unproven }, 'business')).toMatchObject({
      status: 403,
      body: { code: 'EMAIL_NOT_VERIFIED' },
    });
    expect(await checkout(admin, 'free')).toMatchObject({ status: 409, body: { code: 'PLAN_IS_FREE' } });
    expect(await checkout(admin, 'unheard-of')).toMatchObject({ status: 404 });
    expect(await keyed(admin.api).post(CHECKOUT, { plan: 'BUSINESS' })).toMatchObject({ status: 400 });
    expect(await periods({ actor })).toEqual([]);
  });

  it('is not to be had where nothing takes money, and nothing is left of the attempt', async () => {
    const poor = await TestApp.start();
    Reflect.set(poor.app.get(Payments, { strict: false }), 'offer', new Offer('payment desk'));
    const { api } = await poor.actor();
    expect(await checkout({ api }, 'business')).toMatchObject({
      status: 503,
      body: { code: 'FEATURE_DISABLED', details: { feature: 'payments' } },
    });
    expect(await sql(poor.databaseUrl, 'SELECT FROM subscription_periods')).toEqual([]);
  });

  it('can be acted on by an API key, in its organization', async () => {
    const { actor } = await test.actor();
    const key = as({ ...actor, sessionId: randomUUID(), scopes: ['billing:read', 'billing:write'] });
    await pay({ api: key }, 'freelance');
    expect(await view({ api: key })).toMatchObject({ plan: 'freelance' });
    const reader = as({ ...actor, sessionId: randomUUID(), scopes: ['billing:read'] });
    expect(await checkout({ api: reader }, 'business')).toMatchObject({ status: 403 });
  });

  describe('that is paid for again', () => {
    it('goes on from its end', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'freelance');
      const first = await view(somebody);
      await pay(somebody, 'freelance');
      const second = await view(somebody);
      expect(second.endsAt).toBe(first.endsAt);
      expect(Date.parse(second.paidUntil!)).toBe(aMonthAfter(Date.parse(first.endsAt!)));
    });

    it('begins at once with a better plan, after which the rest of the other one comes', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'freelance');
      const { endsAt } = await view(somebody);
      await pay(somebody, 'business');
      const found = await view(somebody);
      expect(found).toMatchObject({ plan: 'business', nextPlan: 'freelance' });
      const [freelance, business] = await periods(somebody);
      const shifted = business!.endsAt.getTime() - business!.startsAt.getTime();
      expect(Math.abs(freelance!.endsAt.getTime() - Date.parse(endsAt!) - shifted)).toBeLessThan(1_000);
    });

    it('goes on with a lesser plan after what is paid for', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      await pay(somebody, 'freelance');
      const found = await view(somebody);
      expect(found).toMatchObject({ plan: 'business', nextPlan: 'freelance' });
      expect(Date.parse(found.paidUntil!)).toBe(aMonthAfter(Date.parse(found.endsAt!)));
    });

    it('in the days of grace goes on from its end, and after them from now', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      const { endsAt } = await view(somebody);
      await earlier(somebody, `${Date.parse(endsAt!) - Date.now() + 86_400_000} milliseconds`);
      const inGrace = await view(somebody);
      expect(inGrace).toMatchObject({ plan: 'business', state: 'grace', paidUntil: null });
      expect(Math.abs(Date.parse(inGrace.endsAt!) - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);
      await pay(somebody, 'business');
      const [first, second] = await periods(somebody);
      expect(second!.startsAt).toEqual(first!.endsAt);
      await earlier(somebody, '40 days');
      expect(await view(somebody)).toMatchObject({ plan: 'free', state: 'free', endsAt: null });
      await pay(somebody, 'business');
      const [, , third] = await periods(somebody);
      expect(Math.abs(third!.startsAt.getTime() - Date.now())).toBeLessThan(60_000);
    });
  });

  describe('that is cancelled', () => {
    it('ends with the paid time, without a grace, and stays cancelled however often', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      for (let n = 0; n < 2; n++) {
        expect(await cancel(somebody)).toMatchObject({
          status: 200,
          body: { plan: 'business', state: 'paid', cancelled: true },
        });
      }
      expect(await facts(somebody)).toMatchObject([{ cancelled: false }, { plan: 'business', cancelled: true }]);
      const { endsAt } = await view(somebody);
      await earlier(somebody, `${Date.parse(endsAt!) - Date.now() + 1_000} milliseconds`);
      expect(await view(somebody)).toMatchObject({ plan: 'free', state: 'free' });
    });

    it('goes on once it is paid for again', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      await cancel(somebody);
      await pay(somebody, 'business');
      expect(await view(somebody)).toMatchObject({ plan: 'business', cancelled: false });
    });

    it('stays free if it was', async () => {
      const somebody = await test.actor();
      expect(await cancel(somebody)).toMatchObject({ status: 200, body: { plan: 'free', cancelled: false } });
      expect(await facts(somebody)).toEqual([]);
    });
  });

  describe('whose money goes back', () => {
    it('ends at once if it is all of it, and what comes after it moves up', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'freelance');
      const business = await pay(somebody, 'business');
      await desk.giveBack(business, 100);
      expect(await view(somebody)).toMatchObject({ plan: 'business' });
      await desk.giveBack(business);
      const found = await view(somebody);
      expect(found).toMatchObject({ plan: 'freelance', state: 'paid', cancelled: false });
      expect(Math.abs(Date.parse(found.endsAt!) - aMonthAfter(Date.now()))).toBeLessThan(60_000);
      await desk.giveBack(business);
      expect(await view(somebody)).toEqual(found);
    });

    it('is free at once if nothing else is paid for, and there is no grace', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      const second = await pay(somebody, 'business');
      await earlier(somebody, '32 days');
      await desk.giveBack(second);
      expect(await view(somebody)).toMatchObject({ plan: 'free', state: 'free', cancelled: true });
      expect((await facts(somebody)).at(-1)).toMatchObject({ plan: 'free', cancelled: true });
    });
  });

  describe('at which several pay at once', () => {
    const settleAll = (payments: readonly string[]) => {
      const left = [...payments];
      return atOnce(test.databaseUrl, payments.length, () => desk.settle(left.pop()!));
    };

    it.each(['the first time', 'with time that is paid for already'])(
      'counts each month, one behind the other: %s',
      async (when) => {
        const somebody = await test.actor();
        if (when !== 'the first time') await pay(somebody, 'freelance');
        const payments = [
          (await checkout(somebody, 'freelance')).body.paymentId,
          (await checkout(somebody, 'business')).body.paymentId,
        ];
        expect(await settleAll(payments)).toEqual(['settled', 'settled']);
        const months = (await periods(somebody)).filter(({ plan }) => plan === 'freelance').length + 1;
        const found = await view(somebody);
        expect(found).toMatchObject({ plan: 'business', nextPlan: 'freelance' });
        const paidDays = (Date.parse(found.paidUntil!) - Date.now()) / 86_400_000;
        expect(Math.round(paidDays / 30.4)).toBe(months);
      },
    );

    it('gives the money back to all but one of those who pay for the same month', async () => {
      const { actor, api } = await test.actor();
      const others: Actor[] = [];
      for (let n = 0; n < 4; n++) others.push({ ...actor, userId: (await test.actor()).actor.userId });
      const asked = await Promise.all([api, ...others.map(as)].map((one) => checkout({ api: one }, 'business')));
      expect(new Set(asked.map(({ body }) => body.paymentId)).size).toBe(5);
      expect(await periods({ actor })).toHaveLength(1);
      const outcomes = await settleAll(asked.map(({ body }) => body.paymentId));
      expect(outcomes.toSorted()).toEqual(['refused', 'refused', 'refused', 'refused', 'settled']);
      expect(await facts({ actor })).toHaveLength(1);
    });

    it('is one month for one payment, however often it is settled', async () => {
      const somebody = await test.actor();
      const { body } = await checkout(somebody, 'business');
      const outcomes = await atOnce(test.databaseUrl, 5, () => desk.settle(body.paymentId));
      expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'settled'));
      expect(await periods(somebody)).toHaveLength(1);
      expect(await facts(somebody)).toHaveLength(1);
    });

    it('asks once for the money of checkouts that come at once, each with a key of its own', async () => {
      const somebody = await test.actor();
      const answers = await atOnce(test.databaseUrl, 8, () => checkout(somebody, 'freelance'));
      for (const { status } of answers) expect(status).toBe(201);
      expect(await periods(somebody)).toHaveLength(1);
    });

    it('neither dies nor loses a payment when checkouts, settlements and refunds come at once', async () => {
      const somebody = await test.actor();
      const paid = [await pay(somebody, 'business'), await pay(somebody, 'freelance')];
      const { body } = await checkout(somebody, 'business');
      const answers = await Promise.all([
        desk.settle(body.paymentId),
        ...paid.map((payment) => desk.giveBack(payment)),
        checkout(somebody, 'business').then(({ status }) => status),
        cancel(somebody).then(({ status }) => status),
      ]);
      expect(answers).toEqual(['settled', undefined, undefined, 201, 200]);
      const left = (await periods(somebody)).filter(({ state }) => state === 'paid');
      expect(left).toHaveLength(1);
      expect(await view(somebody)).toMatchObject({ plan: 'business', state: 'paid' });
    });
  });

  describe('whose payment is not as it was asked for', () => {
    it.each([
      ['another amount', { amount: 1 }],
      ['another currency', { currency: 'USD' }],
    ])('is refused: %s', async (_, changes) => {
      const somebody = await test.actor();
      const { body } = await checkout(somebody, 'business');
      expect(await desk.settle(body.paymentId, changes)).toBe('refused');
      expect(await view(somebody)).toMatchObject({ plan: 'free' });
    });

    it('is refused: of another organization', async () => {
      const [somebody, other] = [await test.actor(), await test.actor()];
      const { body } = await checkout(somebody, 'business');
      const { organizationId } = other.actor;
      expect(await desk.settle(body.paymentId, { organizationId })).toBe('refused');
      expect([await view(somebody), await view(other)]).toMatchObject([{ plan: 'free' }, { plan: 'free' }]);
    });

    it('can be paid for again after it failed', async () => {
      const somebody = await test.actor();
      const first = (await checkout(somebody, 'business')).body.paymentId;
      expect((await checkout(somebody, 'business')).body.paymentId).toBe(first);
      await desk.fail(first);
      expect((await checkout(somebody, 'business')).body.paymentId).not.toBe(first);
      await pay(somebody, 'business');
    });
  });

  describe('of an organization that is closed', () => {
    const close = ({ organizationId }: Actor) =>
      test.app.get(Transactions).run(async (tx) => {
        await tx.query('UPDATE organizations SET closed_at = now() WHERE id = $1', [organizationId]);
        await test.app.get(Events).publish(tx, { organizationId }, organizationClosed, { organizationId });
      });

    it('is cancelled, and whoever pays now gets the money back', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      const { body } = await checkout(somebody, 'business');
      await close(somebody.actor);
      expect(await desk.settle(body.paymentId)).toBe('refused');
      await eventually(async () => expect(await view(somebody)).toMatchObject({ cancelled: true }));
      expect((await periods(somebody)).map(({ state }) => state)).toEqual(['paid', 'withdrawn']);
    });

    it('is cancelled also when it ends with the account of its last member', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      await checkout(somebody, 'business');
      await test.app.get(Transactions).run((tx) => test.app.get(Erasure).erase(tx, somebody.actor));
      expect((await periods(somebody)).map(({ state }) => state)).toEqual(['paid', 'withdrawn']);
      const cancelled = 'SELECT cancelled_at IS NOT NULL AS cancelled FROM subscriptions WHERE organization_id = $1';
      expect(await rows(cancelled, [somebody.actor.organizationId])).toEqual([{ cancelled: true }]);
    });
  });

  describe('to a plan that was taken out of the table', () => {
    const table = (price: number) => JSON.stringify([...USUAL_PLANS.slice(0, 1), { ...USUAL_PLANS[1], price }]);

    it('goes on as it was until its time ends, and cannot be bought or settled any more', async () => {
      const somebody = await test.actor();
      await pay(somebody, 'business');
      const { body } = await checkout(somebody, 'business');
      const env = { BILLING_PLANS: table(1_900) };
      const later = await TestApp.start({ env, databaseUrl: test.databaseUrl });
      const api = later.api.with({ [ACTOR_HEADER]: JSON.stringify(somebody.actor) });
      const sees = await view({ api });
      expect(sees).toMatchObject({ plan: 'business', title: 'Business', state: 'paid' });
      expect(await api.get('/v1/billing/usage')).toMatchObject({ body: { metrics: [{ limit: 25_000 }] } });
      const laterDesk = new FakeDesk(later);
      expect(await keyed(api).post(CHECKOUT, { plan: 'business' })).toMatchObject({ status: 404 });
      Reflect.set(laterDesk, 'payments', Reflect.get(desk, 'payments'));
      expect(await laterDesk.settle(body.paymentId)).toBe('refused');
      const bought = await keyed(api).post<Body<PlanCheckoutView>>(CHECKOUT, { plan: 'freelance' });
      expect(await laterDesk.settle(bought.body.paymentId)).toBe('settled');
      expect(await view({ api })).toMatchObject({ plan: 'freelance', nextPlan: 'business' });
    });

    it('costs what it costs now, whatever it cost when somebody asked for it', async () => {
      const somebody = await test.actor();
      const { body } = await checkout(somebody, 'freelance');
      const later = await TestApp.start({ env: { BILLING_PLANS: table(2_500) }, databaseUrl: test.databaseUrl });
      const api = later.api.with({ [ACTOR_HEADER]: JSON.stringify(somebody.actor) });
      const laterDesk = new FakeDesk(later);
      expect(await checkout({ api }, 'freelance')).toMatchObject({ status: 201, body: { amount: 2_500 } });
      // Who was shown the old price and has paid it has the plan.
      Reflect.set(laterDesk, 'payments', Reflect.get(desk, 'payments'));
      expect(await laterDesk.settle(body.paymentId)).toBe('settled');
    });
  });
});
