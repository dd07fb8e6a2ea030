import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { afterCommit } from '../../core/database/after-commit.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { Metrics } from '../../core/metrics/metrics.js';
import type { OfBuyer } from './booking-facts.js';
import type { Booking } from './booking.entity.js';
import { BookingRounds } from './booking-rounds.js';
import { EXPIRED_HOLDS, UNPAID } from './booking-statements.js';
import { Cancellations } from './cancellations.service.js';
import { SeatChanges } from './seat-changes.js';
import { FREE } from './seat-statements.js';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 100;

type Unpaid = OfBuyer & Pick<Booking, 'paymentId'>;

/**
 * Cleans up after those who did not come back. Nobody waits for it, since what has expired counts as free: it tells those
 * who watch, and ends what can no longer be paid. Every instance looks, and the rows decide who does it.
 */
@Injectable()
export class ExpiredSeats implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private readonly ended;
  private readonly failures;

  constructor(
    private readonly rounds: BookingRounds,
    private readonly transactions: Transactions,
    private readonly cancellations: Cancellations,
    private readonly changes: SeatChanges,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(ExpiredSeats.name);
    this.ended = metrics.counter('bookings_expired_total', 'Holds and unpaid bookings whose time was over', ['what']);
    this.failures = metrics.counter('bookings_expiry_failures_total', 'How often they could not be ended');
  }

  onApplicationBootstrap(): void {
    const watching = this.watch();
    this.shutdown.register('schedulers', 'expired seats', () => {
      this.stopping.abort();
      return watching;
    });
  }

  async endAll(): Promise<void> {
    await this.releaseHolds();
    await this.expireBookings();
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Not all instances at the same moment.
      await sleep(LOOK_EVERY_MS * (0.75 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.endAll().catch((err: unknown) => signal.aborted || this.tellFailure(err));
    }
  }

  private async releaseHolds(): Promise<void> {
    for (let found = AT_ONCE; found === AT_ONCE && !this.stopping.signal.aborted;) {
      found = await this.transactions.run(async (tx) => {
        const holds = await tx.query<{ id: string }[]>(EXPIRED_HOLDS, [AT_ONCE]);
        if (holds.length === 0) return 0;
        const freed = await tx.query<{ eventId: string }[]>(FREE, [holds.map(({ id }) => id)]);
        for (const { eventId } of freed) this.changes.tell(tx, eventId);
        return holds.length;
      });
      this.ended.inc({ what: 'hold' }, found);
    }
  }

  private async expireBookings(): Promise<void> {
    const expire = (tx: Tx, booking: Unpaid) => this.expire(tx, booking);
    const failures = await this.rounds.each(UNPAID, [], expire, this.stopping.signal);
    for (const err of failures) this.tellFailure(err);
  }

  private async expire(tx: Tx, booking: Unpaid): Promise<void> {
    const isExpired = await this.cancellations.expire(tx, booking);
    if (isExpired) afterCommit(tx, () => this.ended.inc({ what: 'booking' }));
  }

  private tellFailure(err: unknown): void {
    this.failures.inc();
    this.logger.error({ err, alert: true }, 'expired seats are not released');
  }
}
