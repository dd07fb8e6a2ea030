import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import type { OfBuyer } from './booking-finder.js';
import { BookingRounds } from './booking-rounds.js';
import { STILL_BOOKED } from './booking-statements.js';
import { Cancellations } from './cancellations.service.js';

class CancelledEvent {
  /** The seller */
  organizationId: string;
  eventId: string;
}

export const cancelBookingsOf = defineJob('bookings.cancel-event', CancelledEvent, {
  retries: 20,
  timeoutSeconds: 1_800,
});

/** Ends the bookings of an event that does not take place, each by itself: one that cannot be ended keeps none of the others. */
@Injectable()
@JobHandler(cancelBookingsOf)
export class CancelledEvents implements Handles<CancelledEvent> {
  constructor(
    private readonly rounds: BookingRounds,
    private readonly cancellations: Cancellations,
  ) {}

  async handle({ organizationId, eventId }: CancelledEvent, { signal }: Run): Promise<void> {
    const undo = (tx: Tx, booking: OfBuyer) => this.cancellations.undoWholly(tx, booking);
    const failures = await this.rounds.each(STILL_BOOKED, [organizationId, eventId], undo, signal);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings could not be ended.`);
  }
}
