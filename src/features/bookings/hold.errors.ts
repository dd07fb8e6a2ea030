import { defineError, Violates } from '../../core/errors/define-error.js';

@Violates('seats_event_id_seat_type_id_label_key')
export class SeatTaken extends defineError('conflict', 'SEAT_TAKEN') {
  constructor(label?: string) {
    super(`${label === undefined ? 'A seat' : `Seat ${label}`} is already taken.`, { details: { label } });
  }
}

@Violates('seat_tallies_room_check')
export class SoldOut extends defineError('conflict', 'SOLD_OUT') {
  constructor() {
    super('Fewer seats are left than you ask for.');
  }
}

export class TooManySeatsHeld extends defineError('conflict', 'TOO_MANY_SEATS_HELD') {
  constructor(limit: number) {
    super(`You hold or are about to pay for too many seats of this event: ${limit} is the most.`, {
      details: { limit },
    });
  }
}

export class HoldExpired extends defineError('conflict', 'HOLD_EXPIRED') {
  constructor() {
    super('There is no such hold of yours any more: it has expired, was released, or is booked.');
  }
}
