import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Tx } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import type { OfBuyer } from './booking-finder.js';
import { BookingMails } from './booking-mails.js';
import { BookingRounds } from './booking-rounds.js';
import { bookingsConfig, type BookingsConfig } from './bookings.config.js';
import { REMIND, TO_REMIND } from './reminder-statements.js';

class Nothing {}

export const remindAttendees = defineJob('bookings.remind', Nothing, { cron: '* * * * *', timeoutSeconds: 600 });

/**
 * Reminds of what starts soon. A booking has one reminder, also if the event is moved after it: of that its buyer is told
 * anyway.
 */
@Injectable()
@JobHandler(remindAttendees)
export class Reminders implements Handles<Nothing> {
  constructor(
    @Inject(bookingsConfig.KEY) private readonly config: BookingsConfig,
    private readonly rounds: BookingRounds,
    private readonly mails: BookingMails,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Reminders.name);
  }

  async handle(_: Nothing, { signal }: Pick<Run, 'signal'>): Promise<void> {
    const { reminderHours } = this.config;
    const remind = (tx: Tx, booking: OfBuyer) => this.remind(tx, booking, reminderHours);
    // Those that failed are due in the next minute as well.
    for (const err of await this.rounds.each(TO_REMIND, [reminderHours], remind, signal)) {
      this.logger.error({ err, alert: true }, 'an attendee was not reminded');
    }
  }

  /** The update decides who writes the mail: it and the mail are one transaction. */
  private async remind(tx: Tx, booking: OfBuyer, reminderHours: number): Promise<void> {
    const reminded = await this.rounds.mark(tx, REMIND, booking, reminderHours);
    if (reminded) await this.mails.remind(tx, reminded);
  }
}
