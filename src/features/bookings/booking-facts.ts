import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import type { EventType } from '../../core/events/define-event.js';
import { Events } from '../../core/events/events.service.js';
import { bookingsOf, type OfBuyer } from './booking-finder.js';
import type { BookingView } from './booking.dto.js';
import { toBookingView } from './booking.views.js';

/** What became of bookings, told to those whom it concerns. */
@Injectable()
export class BookingFacts {
  constructor(private readonly events: Events) {}

  /** Tells the buyer's organization and the seller's, if these are two. @returns the booking as it is now */
  async publish(tx: Tx, { organizationId, id }: OfBuyer, event: EventType<BookingView>): Promise<BookingView> {
    const booking = await bookingsOf(tx, { organizationId }).where({ id }).getOneOrFail();
    const view = toBookingView(booking);
    for (const concerned of new Set([organizationId, booking.eventOrganizationId])) {
      await this.events.publish(tx, { organizationId: concerned }, event, view);
    }
    return view;
  }
}
