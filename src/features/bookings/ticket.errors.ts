import { defineError } from '../../core/errors/define-error.js';
import type { BookingStatus } from './booking.entity.js';

export class BookingNotConfirmed extends defineError('conflict', 'BOOKING_NOT_CONFIRMED') {
  constructor(status: BookingStatus) {
    super('The booking lets nobody in: it is not paid for, was cancelled, or has expired.', { details: { status } });
  }
}

/** Deliberately the same for a code that is forged and for one of another event. */
export class TicketInvalid extends defineError('conflict', 'TICKET_INVALID') {
  constructor() {
    super('This is no ticket of the event.');
  }
}

export class AlreadyCheckedIn extends defineError('conflict', 'ALREADY_CHECKED_IN') {
  constructor(checkedInAt: Date) {
    super('Somebody has come in with this ticket before.', { details: { checkedInAt: checkedInAt.toISOString() } });
  }
}
