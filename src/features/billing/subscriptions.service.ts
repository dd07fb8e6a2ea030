import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { type OpenPayment, Payments } from '../../core/payments/payments.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { OrganizationPlans } from './organization-plans.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { PLAN_PAYABLE } from './plan-payable.js';
import { CANCEL, OPEN_PERIOD } from './plan-statements.js';
import type { Plan } from './plan-table.js';
import { planCheckoutOpened, subscriptionCancelled } from './subscription.audit.js';
import type { BuyPlan, PlanCheckoutView, SubscriptionView } from './subscription.dto.js';
import { PlanCheckoutBusy, PlanIsFree } from './subscription.errors.js';
import { SubscriptionChanges } from './subscription-changes.js';
import { SubscriptionPeriod } from './subscription-period.entity.js';

/** How organizations come to a plan, and end it. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly catalogue: PlanCatalogue,
    private readonly plans: OrganizationPlans,
    private readonly changes: SubscriptionChanges,
    private readonly payments: Payments,
    private readonly audit: Audit,
  ) {}

  view(actor: Actor): Promise<SubscriptionView> {
    return this.viewIn(this.dataSource.manager, actor);
  }

  /** Asks for the money of a month. @throws {NotFound | PlanIsFree | PlanCheckoutBusy | FeatureDisabled} */
  checkout(actor: Actor, request: BuyPlan, key: string): Promise<PlanCheckoutView> {
    return this.idempotency.once({ actor, operation: 'billing.buyPlan', key, request }, async (tx) => {
      const plan = this.catalogue.find(request.plan);
      if (plan === undefined) throw new NotFound('The plan');
      const { id, amount, currency, checkoutUrl } = await this.open(tx, actor, plan);
      await this.audit.record(tx, actor, planCheckoutOpened, { type: 'payment', id });
      return { paymentId: id, checkoutUrl, plan: plan.name, amount, currency };
    });
  }

  /** Ends it with the paid time. Cancelled or free already, it stays as it is. */
  cancel(actor: Actor, key: string): Promise<SubscriptionView> {
    return this.idempotency.once({ actor, operation: 'billing.cancelPlan', key, request: {} }, async (tx) => {
      const { organizationId } = actor;
      const [{ count }] = await tx.query<[{ count: number }]>(CANCEL, [organizationId]);
      if (count > 0) {
        await this.audit.record(tx, actor, subscriptionCancelled, { type: 'subscription', id: organizationId });
        await this.changes.tell(tx, actor);
      }
      return this.viewIn(tx, actor);
    });
  }

  /**
   * A payment for a month of the plan.
   * @param until how long its link is of use, if that is longer than usual
   * @throws {PlanIsFree | PlanCheckoutBusy | FeatureDisabled}
   */
  async open(tx: Tx, buyer: Actor, plan: Plan, until?: Date): Promise<OpenPayment> {
    if (plan.price === 0) throw new PlanIsFree();
    const id = await this.periodOf(tx, buyer, plan);
    return this.payments.open(tx, buyer, { kind: PLAN_PAYABLE, id }, until);
  }

  /** Nothing is held here: whoever settles it at this moment holds the payment, and would wait for us. */
  private async periodOf(tx: Tx, tenant: OfTenant, plan: Plan): Promise<string> {
    const { name, price: amount, currency } = plan;
    const values = [uuidv7(), tenant.organizationId, name, JSON.stringify(plan), amount, currency];
    const [made] = await tx.query<{ id: string }[]>(OPEN_PERIOD, values);
    const where = { plan: name, amount, currency, state: 'open' } as const;
    const open = made ?? (await scope(tx, tenant).of(SubscriptionPeriod).findOne({ where }));
    if (open === null) throw new PlanCheckoutBusy();
    return open.id;
  }

  private async viewIn(tx: Tx, actor: Actor): Promise<SubscriptionView> {
    const times = await this.plans.read(tx, actor);
    const { plan, state, until } = this.plans.at(times, times.readAt);
    const ends = times.times.map((time) => time.until).filter((end) => end > times.readAt);
    return {
      plan: plan.name,
      title: plan.title,
      state,
      endsAt: inIso(until),
      nextPlan: until === undefined ? null : this.plans.at(times, until).plan.name,
      paidUntil: ends.length === 0 ? null : inIso(Math.max(...ends)),
      cancelled: times.cancelled,
    };
  }
}

const inIso = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
