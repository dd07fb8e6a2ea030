import type { BookingView } from './booking.dto.js';
import type { Booking } from './booking.entity.js';
import { toEventSummary } from './event.views.js';
import type { TicketedEvent } from './ticketed-event.entity.js';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** @param event of the booking, unless it was read with it */
export function toBookingView(booking: Booking, event: TicketedEvent = booking.event): BookingView {
  const { id, organizationId, userId, status, seats, totalMinor, currency, refundedMinor, paymentId } = booking;
  return {
    ...{ id, organizationId, userId, event: toEventSummary(event), status, seats: [...seats] },
    ...{ totalMinor, currency, refundedMinor, paymentId },
    expiresAt: iso(booking.expiresAt),
    createdAt: booking.createdAt.toISOString(),
    confirmedAt: iso(booking.confirmedAt),
    cancelledAt: iso(booking.cancelledAt),
    checkedInAt: iso(booking.checkedInAt),
  };
}
