import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfBuyer } from './booking-finder.js';
import type { Booking } from './booking.entity.js';
import { BookingRounds } from './booking-rounds.js';
import { EXPIRED_HOLDS, UNPAID } from './booking-statements.js';
import { Cancellations } from './cancellations.service.js';
import { SeatChanges } from './seat-changes.js';
import { SeatHold } from './seat-hold.entity.js';
import { FREE } from './seat-statements.js';

const LOOK_EVERY_MS = 1_000;

type ExpiredHold = OfBuyer & Pick<SeatHold, 'eventId'>;
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

  /** Each by itself: what cannot be ended keeps nothing else. */
  async endAll(): Promise<void> {
    const { signal } = this.stopping;
    const release = (tx: Tx, hold: ExpiredHold) => this.release(tx, hold);
    const expire = (tx: Tx, booking: Unpaid) => this.expire(tx, booking);
    const failures = [
      ...(await this.rounds.each(EXPIRED_HOLDS, [], release, signal)),
      ...(await this.rounds.each(UNPAID, [], expire, signal)),
    ];
    for (const err of failures) this.tellFailure(err);
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

  private async release(tx: Tx, { id, organizationId, eventId }: ExpiredHold): Promise<void> {
    if ((await scope(tx, { organizationId }).of(SeatHold).delete({ id })) === 0) return;
    await tx.query(FREE, [[id]]);
    this.changes.tell(tx, eventId);
    afterCommit(tx, () => this.ended.inc({ what: 'hold' }));
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
