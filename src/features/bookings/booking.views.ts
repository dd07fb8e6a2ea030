import type { BookingView } from './booking.dto.js';
import type { Booking } from './booking.entity.js';
import { toEventSummary } from './event.views.js';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** @param booking with its event */
export function toBookingView(booking: Booking): BookingView {
  const { id, organizationId, userId, event, status, seats, totalMinor, currency, refundedMinor, paymentId } = booking;
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
