import { Injectable } from '@nestjs/common';
import { MoreThan, Not } from 'typeorm';
import type { Tx } from '../../core/database/transactions.js';
import { EventSubscriber, type HearsEvents, type Told } from '../../core/events/event-subscriber.decorator.js';
import { type OrganizationFact, organizationClosed } from '../../core/identity/identity.events.js';
import { scope } from '../../core/tenancy/scope.js';
import { TicketedEvent } from './ticketed-event.entity.js';
import { TicketedEvents } from './ticketed-events.service.js';

/** Nobody is there to hold what a closed organization has announced: whoever has booked gets their money back. */
@Injectable()
@EventSubscriber('bookings-sellers', [organizationClosed])
export class ClosedSellers implements HearsEvents<OrganizationFact> {
  constructor(private readonly events: TicketedEvents) {}

  hear(tx: Tx, { organizationId }: Told<OrganizationFact>): Promise<void> {
    return this.end(tx, organizationId);
  }

  async end(tx: Tx, organizationId: string): Promise<void> {
    const open = await scope(tx, { organizationId })
      .of(TicketedEvent)
      .find({ where: { status: Not('cancelled'), startsAt: MoreThan(new Date()) } });
    for (const event of open) await this.events.end(tx, event);
  }
}
