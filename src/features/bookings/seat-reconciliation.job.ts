import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import { Transactions } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { SeatChanges } from './seat-changes.js';
import { LOCK_TALLY, MEND_TALLY } from './seat-reconciliation-statements.js';
import { reconcileSeats, type SeatDifference } from './seat-reconciliation.js';

class Nothing {}

/** Every hour. Of all instances one does it. */
export const reconcileHourly = defineJob('seats.reconcile', Nothing, { cron: '50 * * * *', timeoutSeconds: 1_800 });

/**
 * Looks whether all seats add up. A tally that is wrong sells too few or too many places, and is what the rows say again;
 * rows and bookings that contradict each other are left to people.
 */
@Injectable()
@JobHandler(reconcileHourly)
export class SeatReconciliationJob implements Handles<Nothing> {
  private readonly differing;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly changes: SeatChanges,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(SeatReconciliationJob.name);
    this.differing = metrics.counter(
      'seat_differences_total',
      'Kinds of seats of which sold, held and free ones were found to be more or fewer than there are',
    );
  }

  async handle(_: Nothing, { signal }: Run): Promise<void> {
    const { events, differences, failures } = await reconcileSeats(this.dataSource.manager, signal);
    this.logger.info({ events, differences: differences.length }, 'seats are reconciled');
    if (differences.length > 0) this.tell(differences);
    for (const difference of differences) await this.mend(difference);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} events could not be reconciled.`);
  }

  private tell(differences: readonly SeatDifference[]): void {
    this.differing.inc(differences.length);
    this.alerts.raise({
      key: 'seats-differ',
      title: 'Seats do not add up',
      text: `Of ${differences.length} kinds of seats sold, held and free ones are not as many as there are: the log names them.`,
      severity: 'critical',
    });
  }

  private async mend(difference: SeatDifference): Promise<void> {
    const { seatTypeId, eventId, tallied, taken } = difference;
    this.logger.error({ difference }, 'seats do not add up');
    if (tallied === taken) return;
    const work = this.transactions.run(async (tx) => {
      await tx.query(LOCK_TALLY, [seatTypeId]);
      await tx.query(MEND_TALLY, [seatTypeId]);
      this.changes.tell(tx, eventId);
    });
    // More are taken than there are: nothing that could be counted.
    await work.catch((err: unknown) => this.logger.error({ err, seatTypeId }, 'a tally is not mended'));
  }
}
