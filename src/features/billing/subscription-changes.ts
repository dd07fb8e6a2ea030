import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { OrganizationPlans } from './organization-plans.js';
import type { PaidTime } from './paid-times.js';
import { HOLD_SUBSCRIPTION, MOVE_TIMES } from './plan-statements.js';
import { type SubscriptionFact, subscriptionChanged } from './subscription.events.js';
import { Subscription } from './subscription.entity.js';

/** What every change of a subscription has in common: it waits for others, is told, and is forgotten by memories. */
@Injectable()
export class SubscriptionChanges {
  constructor(
    private readonly plans: OrganizationPlans,
    private readonly events: Events,
  ) {}

  /** Lets changes of one organization come one after the other. @returns false if the organization is closed */
  async hold(tx: Tx, { organizationId }: Readonly<OfTenant>): Promise<boolean> {
    const held = await tx.query<object[]>(HOLD_SUBSCRIPTION, [organizationId]);
    return held.length > 0;
  }

  async move(tx: Tx, { organizationId }: Readonly<OfTenant>, times: readonly PaidTime[]): Promise<void> {
    const [starts, ends] = [times.map(({ from }) => new Date(from)), times.map(({ until }) => new Date(until))];
    await tx.query(MOVE_TIMES, [organizationId, times.map(({ id }) => id), starts, ends]);
  }

  /** After the times were changed: tells everybody how it stands now. */
  async tell(tx: Tx, tenant: Readonly<OfTenant>): Promise<SubscriptionFact> {
    const { organizationId } = tenant;
    const times = await this.plans.read(tx, tenant);
    const subscription = await scope(tx, tenant).of(Subscription).findOne({ where: { organizationId } });
    const fact: SubscriptionFact = {
      organizationId,
      plan: this.plans.at(times, times.readAt).plan.name,
      paidUntil: subscription?.paidUntil?.toISOString() ?? null,
      cancelled: times.cancelled,
    };
    await this.events.publish(tx, { organizationId }, subscriptionChanged, fact);
    this.plans.evictAfter(tx, { organizationId });
    return fact;
  }
}
