import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FakeDesk } from './fake-desk.harness.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import type { Actor } from '../../core/access/actor.js';
import type { PlanCheckoutView } from './subscription.dto.js';
import { Renewals } from './renewals.js';

type Body<T> = T & Record<string, unknown>;

describe('the reminder of a plan', () => {
  let server: SmtpServer;
  let test: TestApp;
  let second: TestApp;
  let desk: FakeDesk;
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ env: server.env });
    second = await TestApp.start({ env: server.env, databaseUrl: test.databaseUrl });
    desk = new FakeDesk(test);
    new FakeDesk(second);
  });

  const rows = <T extends object>(statement: string, values: unknown[] = []) =>
    sql<T>(test.databaseUrl, statement, values);
  const remind = (...instances: readonly TestApp[]) =>
    Promise.all(instances.map(({ app }) => app.get(Renewals).handle({}, { signal: AbortSignal.timeout(60_000) })));
  const emailOf = async ({ userId }: Actor) =>
    (await rows<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]))[0]?.email ?? '';
  const mailsTo = (email: string) => server.mails.filter(({ recipients }) => recipients.includes(email));
  const facts = ({ organizationId }: Actor) =>
    rows<{ payload: object }>(
      `SELECT payload FROM events WHERE organization_id = $1 AND name = 'subscription.changed' ORDER BY id`,
      [organizationId],
    ).then((found) => found.map(({ payload }) => payload));

  /** Somebody whose paid time ends in so many days. */
  async function payer(plan: string, endsInDays: number) {
    const { actor, api } = await test.actor();
    const keyed = api.with({ 'idempotency-key': randomUUID() });
    const { body } = await keyed.post<Body<PlanCheckoutView>>('/v1/billing/subscription/checkout', { plan });
    expect(await desk.settle(body.paymentId)).toBe('settled');
    await endIn(actor, endsInDays);
    return { actor, api, email: await emailOf(actor) };
  }

  const endIn = ({ organizationId }: Actor, days: number) =>
    rows(
      `WITH moved AS (UPDATE subscription_periods SET starts_at = now() - interval '60 days', ends_at = now() + $2::interval
                       WHERE organization_id = $1 AND state = 'paid')
       UPDATE subscriptions SET paid_until = now() + $2::interval WHERE organization_id = $1`,
      [organizationId, `${days} days`],
    );

  it('is mailed once to each owner, with what it costs and where it is paid, by whichever instance', async () => {
    const { actor, email } = await payer('business', 3);
    const { actor: another } = await test.actor();
    const { actor: admin } = await test.actor();
    for (const [one, role] of [
      [another, 'owner'],
      [admin, 'admin'],
    ] as const) {
      await rows('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [
        ...[actor.organizationId, one.userId, role],
      ]);
    }
    await remind(test, second);
    await remind(second, test);
    const addresses = [email, await emailOf(another)];
    await eventually(async () => {
      for (const address of addresses) expect(mailsTo(address)).toHaveLength(1);
      await Promise.resolve();
    });
    expect(mailsTo(await emailOf(admin))).toEqual([]);
    const [mail] = mailsTo(email);
    expect(mail?.headers.subject).toMatch(/^Your Business plan is paid until \d{4}-\d\d-\d\d$/);
    expect(mail?.html).toContain('€79.00');
    expect(mail?.text).toMatch(/https:\/\/pay\.example\.org\/[\w-]{36}/);
    expect(mail?.text).toContain('you are on the free plan 3 days later');
  });

  it('leads to a payment of the next month', async () => {
    const { api, email } = await payer('freelance', 3);
    await remind(test);
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(1)));
    const [, payment = ''] = /https:\/\/pay\.example\.org\/([\w-]{36})/.exec(mailsTo(email)[0]?.text ?? '') ?? [];
    expect(await desk.settle(payment)).toBe('settled');
    const { body } = await api.get('/v1/billing/subscription');
    expect(Date.parse(body.paidUntil as string) - Date.now()).toBeGreaterThan(28 * 86_400_000);
  });

  it('is not sent early, late, or to those who have cancelled', async () => {
    const early = await payer('business', 20);
    const late = await payer('business', -1);
    const cancelled = await payer('business', 3);
    await cancelled.api.with({ 'idempotency-key': randomUUID() }).post('/v1/billing/subscription/cancel');
    const due = await payer('business', 3);
    await remind(test);
    await eventually(() => Promise.resolve(expect(mailsTo(due.email)).toHaveLength(1)));
    for (const { email } of [early, late, cancelled]) expect(mailsTo(email)).toEqual([]);
  });

  it('comes again for the next month', async () => {
    const { actor, email } = await payer('business', 3);
    await remind(test);
    await endIn(actor, 4);
    await remind(test);
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(2)));
  });

  it('keeps nobody waiting for somebody of whom it fails', async () => {
    const [broken, fine] = [await payer('business', 2), await payer('business', 3)];
    const open = desk.open.bind(desk);
    desk.open = (tx, buyer, payable) =>
      buyer.organizationId === broken.actor.organizationId ? Promise.reject(new Error('no')) : open(tx, buyer, payable);
    await remind(test);
    await eventually(() => Promise.resolve(expect(mailsTo(fine.email)).toHaveLength(1)));
    desk.open = open;
    await remind(test);
    await eventually(() => Promise.resolve(expect(mailsTo(broken.email)).toHaveLength(1)));
  });

  it('is not written where nothing takes money', async () => {
    const { email, actor } = await payer('business', 3);
    desk.enabled = false;
    await remind(test);
    desk.enabled = true;
    const told = 'SELECT renewal_told_for FROM subscriptions WHERE organization_id = $1';
    expect(await rows(told, [actor.organizationId])).toEqual([{ renewal_told_for: null }]);
    expect(mailsTo(email)).toEqual([]);
  });

  it('tells once that a plan is over, after the grace or, if it was cancelled, at once', async () => {
    const inGrace = await payer('business', -2);
    const over = await payer('business', -4);
    const cancelled = await payer('business', 1);
    await cancelled.api.with({ 'idempotency-key': randomUUID() }).post('/v1/billing/subscription/cancel');
    await endIn(cancelled.actor, -1);
    await remind(test, second);
    await remind(test);
    expect(await facts(inGrace.actor)).toHaveLength(1);
    expect((await facts(over.actor)).slice(1)).toMatchObject([{ plan: 'free', cancelled: false }]);
    expect((await facts(cancelled.actor)).slice(2)).toMatchObject([{ plan: 'free', cancelled: true }]);
  });
});
