import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Transactions } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import type { OfBuyer } from './booking-facts.js';
import { STILL_BOOKED } from './booking-statements.js';
import { Cancellations } from './cancellations.service.js';

const AT_ONCE = 50;
const FIRST = '00000000-0000-0000-0000-000000000000';

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
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly cancellations: Cancellations,
  ) {}

  async handle({ organizationId, eventId }: CancelledEvent, { signal }: Run): Promise<void> {
    const failures: unknown[] = [];
    let last = FIRST;
    for (let found = AT_ONCE; found === AT_ONCE;) {
      const booked = await this.dataSource.query<OfBuyer[]>(STILL_BOOKED, [organizationId, eventId, last, AT_ONCE]);
      for (const one of booked) {
        signal.throwIfAborted();
        await this.undo(one).catch((thrown: unknown) => failures.push(thrown));
      }
      found = booked.length;
      last = booked.at(-1)?.id ?? last;
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings could not be ended.`);
  }

  private undo(booking: OfBuyer): Promise<void> {
    return this.transactions.run((tx) => this.cancellations.undoWholly(tx, booking));
  }
}
