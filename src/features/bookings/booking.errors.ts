import { defineError } from '../../core/errors/define-error.js';

export class BookingEnded extends defineError('conflict', 'BOOKING_ENDED') {
  constructor() {
    super('The booking has expired, is cancelled, or its event has started.');
  }
}
