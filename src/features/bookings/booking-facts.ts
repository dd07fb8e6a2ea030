import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import type { EventType } from '../../core/events/define-event.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Events } from '../../core/events/events.service.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import type { BookingView } from './booking.dto.js';
import { Booking } from './booking.entity.js';
import { toBookingView } from './booking.views.js';

export interface OfBuyer extends OfTenant {
  readonly id: string;
}

/** What became of bookings, told to those whom it concerns. */
@Injectable()
export class BookingFacts {
  constructor(private readonly events: Events) {}

  /** Tells the buyer's organization and the seller's, if these are two. @returns the booking as it is now */
  async publish(tx: Tx, { organizationId, id }: OfBuyer, event: EventType<BookingView>): Promise<BookingView> {
    const booking = await bookings(tx, { organizationId }).where({ id }).getOneOrFail();
    const view = toBookingView(booking);
    for (const concerned of new Set([organizationId, booking.eventOrganizationId])) {
      await this.events.publish(tx, { organizationId: concerned }, event, view);
    }
    return view;
  }
}

/** @returns it with its event. @throws {NotFound} */
export async function bookingOf(tx: Tx, { organizationId, id }: OfBuyer): Promise<Booking> {
  const booking = await bookings(tx, { organizationId }).where({ id }).getOne();
  if (booking === null) throw new NotFound('The booking');
  return booking;
}

const bookings = (tx: Tx, tenant: OfTenant) =>
  scope(tx, tenant).of(Booking).select('booking').innerJoinAndSelect('booking.event', 'event');
