import { Injectable } from '@nestjs/common';
import { Forbidden } from '../../core/access/access.errors.js';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import type { PaidPayment, Payable, Quote } from '../../core/payments/payables.js';
import { scope } from '../../core/tenancy/scope.js';
import { OrganizationPlans, type PlanTimes } from './organization-plans.js';
import { withBought, withoutOne } from './paid-times.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { GOES_ON, TAKEN_BACK } from './plan-statements.js';
import { planPaid, planRefunded } from './subscription.audit.js';
import { SubscriptionChanges } from './subscription-changes.js';
import { SubscriptionPeriod } from './subscription-period.entity.js';

/** As payments call it, in public and in the database. */
export const PLAN_PAYABLE = 'plan';

/** A month of a plan, as something that can be paid for: its id is that of the period. */
@Injectable()
export class PlanPayable implements Payable {
  constructor(
    private readonly catalogue: PlanCatalogue,
    private readonly plans: OrganizationPlans,
    private readonly changes: SubscriptionChanges,
    private readonly audit: Audit,
  ) {}

  /** @throws {NotFound} also if it was paid for, or costs something else by now. @throws {Forbidden} */
  async quote(tx: Tx, buyer: Actor, id: string): Promise<Quote> {
    if (!hasRole(buyer, 'admin')) throw new Forbidden();
    const { plan: name, amount, currency } = await scope(tx, buyer).of(SubscriptionPeriod).get({ id, state: 'open' });
    const plan = this.catalogue.find(name);
    if (plan?.price !== amount || plan.currency !== currency) throw new NotFound();
    return { amount, currency, description: `${plan.title} plan, one month` };
  }

  async settle(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'> {
    const { organizationId, payableId: id, amount, currency } = payment;
    if (!(await this.changes.hold(tx, payment))) return 'refused';
    const period = await scope(tx, payment).of(SubscriptionPeriod).findOne({ where: { id } });
    if (period?.state === 'paid' && period.paymentId === payment.id) return 'settled';
    const plan = this.catalogue.find(period?.plan ?? '');
    const isAsked = period?.state === 'open' && period.amount === amount && period.currency === currency;
    if (!isAsked || plan === undefined) return 'refused';
    await this.begin(tx, payment, this.catalogue.rankOf(plan.name));
    await tx.query(GOES_ON, [organizationId]);
    await this.audit.record(tx, payment, planPaid, { type: 'subscription_period', id });
    await this.changes.tell(tx, { organizationId });
    return 'settled';
  }

  /** The period can be paid for by another payment. */
  fail(): Promise<void> {
    return Promise.resolve();
  }

  /** All of it: then the time is over at once, and what comes after it moves up. A part of it changes nothing. */
  async refunded(tx: Tx, payment: PaidPayment, refunded: number): Promise<void> {
    const { organizationId, payableId: id } = payment;
    if (refunded < payment.amount) return;
    await this.changes.hold(tx, payment);
    const { times, readAt } = await this.plans.read(tx, payment);
    const mine = { id, paymentId: payment.id, state: 'paid' } as const;
    if ((await scope(tx, payment).of(SubscriptionPeriod).update(mine, { state: 'refunded' })) === 0) return;
    const left = withoutOne(times, id, readAt);
    await this.changes.move(tx, payment, left);
    await tx.query(TAKEN_BACK, [organizationId, left.length > 0]);
    await this.audit.record(tx, payment, planRefunded, { type: 'subscription_period', id });
    await this.changes.tell(tx, { organizationId });
  }

  private async begin(tx: Tx, payment: PaidPayment, rank: number): Promise<void> {
    const read = await this.plans.read(tx, payment);
    const times = withBought(read.times, { id: payment.payableId, rank }, this.startOf(read, rank));
    const bought = times.find(({ id }) => id === payment.payableId);
    if (bought === undefined) throw new Error('What was bought has no time.');
    const [startsAt, endsAt] = [new Date(bought.from), new Date(bought.until)];
    const paid = { state: 'paid', paymentId: payment.id, startsAt, endsAt } as const;
    await scope(tx, payment).of(SubscriptionPeriod).update({ id: payment.payableId }, paid);
    await this.changes.move(tx, payment, times);
  }

  /** Who pays in the days of grace pays for them too, unless it is for more than they had. */
  private startOf(read: PlanTimes, rank: number): number {
    const { state, until = 0 } = this.plans.at(read, read.readAt);
    const [last] = read.times.toSorted((a, b) => b.until - a.until);
    return state === 'grace' && last && last.rank >= rank ? until - this.plans.graceMs : read.readAt;
  }
}
