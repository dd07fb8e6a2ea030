import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { EventSubscriber, type HearsEvents, type Told } from '../../core/events/event-subscriber.decorator.js';
import { type OrganizationFact, organizationClosed } from '../../core/identity/identity.events.js';
import { OrganizationPlans } from './organization-plans.js';
import { CANCEL, WITHDRAW } from './plan-statements.js';

/** Nobody pays for an organization that is closed, and nobody is asked to. */
@Injectable()
@EventSubscriber('billing-subscriptions', [organizationClosed])
export class ClosedSubscriptions implements HearsEvents<OrganizationFact> {
  constructor(private readonly plans: OrganizationPlans) {}

  async hear(tx: Tx, { organizationId }: Told<OrganizationFact>): Promise<void> {
    await this.end(tx, organizationId);
  }

  async end(tx: Tx, organizationId: string): Promise<void> {
    await tx.query(CANCEL, [organizationId]);
    await tx.query(WITHDRAW, [organizationId]);
    this.plans.evictAfter(tx, { organizationId });
  }
}
