import { defineEvent } from '../../core/events/define-event.js';
import { BookingView } from './booking.dto.js';

// The buyer's organization and the seller's are told, each as theirs.
export const bookingCreated = defineEvent('booking.created', BookingView, { public: true });
export const bookingConfirmed = defineEvent('booking.confirmed', BookingView, { public: true });
export const bookingCancelled = defineEvent('booking.cancelled', BookingView, { public: true });
export const bookingExpired = defineEvent('booking.expired', BookingView, { public: true });
export const bookingCheckedIn = defineEvent('booking.checked-in', BookingView, { public: true });
