import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import type { OfBuyer } from './booking-finder.js';
import { BookingMails } from './booking-mails.js';
import { BookingRounds } from './booking-rounds.js';
import { TELL, TO_TELL } from './moved-event-statements.js';

class MovedEvent {
  /** The seller */
  organizationId: string;
  eventId: string;
}

export const tellOfMove = defineJob('bookings.tell-of-move', MovedEvent, { retries: 20, timeoutSeconds: 1_800 });

/** Tells all who have booked where and when the event takes place from now on. */
@Injectable()
@JobHandler(tellOfMove)
export class MovedEvents implements Handles<MovedEvent> {
  constructor(
    private readonly rounds: BookingRounds,
    private readonly mails: BookingMails,
  ) {}

  async handle({ organizationId, eventId }: MovedEvent, { signal }: Run): Promise<void> {
    const tell = (tx: Tx, booking: OfBuyer) => this.tell(tx, booking);
    const failures = await this.rounds.each(TO_TELL, [organizationId, eventId], tell, signal);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} buyers could not be told.`);
  }

  private async tell(tx: Tx, booking: OfBuyer): Promise<void> {
    const told = await this.rounds.mark(tx, TELL, booking);
    if (told) await this.mails.tellOfMove(tx, told);
  }
}
