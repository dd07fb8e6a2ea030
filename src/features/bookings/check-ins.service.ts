import { Injectable } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Conflict } from '../../core/errors/core.errors.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { scope } from '../../core/tenancy/scope.js';
import { BookingFacts } from './booking-facts.js';
import type { OfBuyer } from './booking-finder.js';
import type { BookingView } from './booking.dto.js';
import type { Booking } from './booking.entity.js';
import { bookingCheckedIn } from './booking.events.js';
import { ticketCheckedIn } from './bookings.audit.js';
import { CHECK_IN, REFUSED } from './check-in-statements.js';
import { EventCancelled } from './event.errors.js';
import { TicketCodes } from './ticket-codes.js';
import { AlreadyCheckedIn, BookingNotConfirmed, TicketInvalid } from './ticket.errors.js';
import { TicketedEvent } from './ticketed-event.entity.js';

/** Who comes in. */
@Injectable()
export class CheckIns {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly codes: TicketCodes,
    private readonly facts: BookingFacts,
    private readonly audit: Audit,
  ) {}

  /**
   * Lets a booking in once. A scanner that has lost the answer asks with the same key, and learns that it was itself.
   * @throws {NotFound | EventCancelled | TicketInvalid | BookingNotConfirmed | AlreadyCheckedIn | Conflict}
   */
  checkIn(actor: Actor, eventId: string, code: string, key: string): Promise<BookingView> {
    const request = { eventId, code };
    return this.idempotency.once({ actor, operation: 'events.check-in', key, request }, async (tx) => {
      const event = await scope(tx, actor).of(TicketedEvent).get({ id: eventId }, 'The event');
      if (event.status === 'cancelled') throw new EventCancelled();
      const bookingId = this.codes.read(code);
      if (bookingId === undefined) throw new TicketInvalid();
      const booking = await this.letIn(tx, event, bookingId);
      await this.audit.record(tx, actor, ticketCheckedIn, { type: 'booking', id: bookingId });
      return this.facts.publish(tx, booking, bookingCheckedIn);
    });
  }

  /** The one update decides. */
  private async letIn(tx: Tx, { organizationId, id }: TicketedEvent, bookingId: string): Promise<OfBuyer> {
    const ticket = [organizationId, id, bookingId];
    const [booking] = await tx.query<OfBuyer[]>(CHECK_IN, ticket);
    if (booking !== undefined) return booking;
    const [refused] = await tx.query<Pick<Booking, 'status' | 'checkedInAt'>[]>(REFUSED, ticket);
    if (refused === undefined) throw new TicketInvalid();
    if (refused.status !== 'confirmed') throw new BookingNotConfirmed(refused.status);
    // Paid for since it was refused.
    if (refused.checkedInAt === null) throw new Conflict();
    throw new AlreadyCheckedIn(refused.checkedInAt);
  }
}
