import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Conflict } from '../../core/errors/core.errors.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { Payments } from '../../core/payments/payments.js';
import { scope } from '../../core/tenancy/scope.js';
import { hours } from '../../core/time/duration.js';
import { BookingFacts } from './booking-facts.js';
import { bookingOf, type OfBuyer, ownBooking } from './booking-finder.js';
import { BookingMails } from './booking-mails.js';
import type { BookingView } from './booking.dto.js';
import { Booking } from './booking.entity.js';
import { BookingEnded } from './booking.errors.js';
import { bookingCancelled, bookingExpired } from './booking.events.js';
import { bookingCancelledAudited } from './bookings.audit.js';
import { bookingsConfig, type BookingsConfig } from './bookings.config.js';
import { SeatChanges } from './seat-changes.js';
import { FREE } from './seat-statements.js';

/**
 * How bookings end, and what goes back. Whoever changes one locks first its payment, then it, then its seats, as the
 * payment that settles it does.
 */
@Injectable()
export class Cancellations {
  constructor(
    @Inject(bookingsConfig.KEY) private readonly config: BookingsConfig,
    private readonly idempotency: Idempotency,
    private readonly payments: Payments,
    private readonly changes: SeatChanges,
    private readonly facts: BookingFacts,
    private readonly mails: BookingMails,
    private readonly audit: Audit,
  ) {}

  /** By its buyer, who gets back what the policy says. @throws {NotFound | BookingEnded} */
  cancel(actor: Actor, id: string, key: string): Promise<BookingView> {
    return this.idempotency.once({ actor, operation: 'bookings.cancel', key, request: { id } }, async (tx) => {
      const booking = await ownBooking(tx, actor, id);
      const { startsAt } = booking.event;
      if (startsAt.getTime() <= Date.now()) throw new BookingEnded();
      await this.audit.record(tx, actor, bookingCancelledAudited, { type: 'booking', id });
      return this.undo(tx, booking, this.refundOf(booking));
    });
  }

  /** Through no fault of the buyer, who gets all of it back. @throws {BookingEnded} */
  async undoWholly(tx: Tx, ref: OfBuyer): Promise<void> {
    const booking = await bookingOf(tx, ref);
    await this.undo(tx, booking, booking.totalMinor);
  }

  /** Its time to pay is over. @returns false if somebody else came first, or it was paid meanwhile */
  async expire(tx: Tx, ref: OfBuyer & Pick<Booking, 'paymentId'>): Promise<boolean> {
    await this.giveUpPayment(tx, ref);
    const waiting = scope(tx, ref).of(Booking).select('booking').where({ id: ref.id, status: 'pending_payment' });
    const booking = await waiting.andWhere('booking.expiresAt <= now()').setLock('pessimistic_write').getOne();
    if (booking === null) return false;
    await this.end(tx, booking, 'expired');
    return true;
  }

  /** The seats are free again. */
  async end(tx: Tx, { id, organizationId, eventId }: Booking, status: 'cancelled' | 'expired'): Promise<BookingView> {
    const cancelledAt = status === 'cancelled' ? () => 'now()' : null;
    await scope(tx, { organizationId }).of(Booking).update({ id }, { status, cancelledAt, expiresAt: null });
    await tx.query(FREE, [[id]]);
    this.changes.tell(tx, eventId);
    return this.facts.publish(tx, { organizationId, id }, status === 'cancelled' ? bookingCancelled : bookingExpired);
  }

  /** @param refund how much has to have gone back in all, in minor units */
  private async undo(tx: Tx, booking: Booking, refund: number): Promise<BookingView> {
    const { id, status, refundedMinor } = booking;
    demandGoingOn(booking);
    const wanted = status === 'confirmed' ? Math.max(0, refund - refundedMinor) : 0;
    const due = wanted > 0 ? await this.giveBack(tx, booking, wanted) : 0;
    if (status === 'pending_payment') await this.giveUpPayment(tx, booking);
    const lock = { mode: 'pessimistic_write' } as const;
    const [now] = await scope(tx, booking).of(Booking).find({ where: { id }, lock });
    demandGoingOn(now);
    // Paid since it was read: what was done here goes with it.
    if (now.status !== status) throw new Conflict();
    const view = await this.end(tx, now, 'cancelled');
    await this.mails.cancel(tx, view, due);
    return view;
  }

  /** @returns how much of it, since some may be on its way already */
  private async giveBack(tx: Tx, { id, paymentId }: Booking, amount: number): Promise<number> {
    if (paymentId === null) throw new Error(`Booking ${id} costs something, and has no payment.`);
    const reason = 'the booking is cancelled';
    return this.payments.refund(tx, { paymentId, amount, reason, reference: `booking:${id}:cancelled` });
  }

  /** Whoever pays it all the same gets the money back. */
  private async giveUpPayment(tx: Tx, { paymentId }: Pick<Booking, 'paymentId'>): Promise<void> {
    if (paymentId !== null && this.payments.enabled) await this.payments.cancel(tx, paymentId);
  }

  /** Who has booked another time or place than it has become may leave without loss. */
  private refundOf({ totalMinor, event, createdAt }: Booking): number {
    const { refundUntilHours, lateRefundPercent } = this.config;
    const isMoved = event.movedAt !== null && createdAt < event.movedAt;
    const inTime = hours(refundUntilHours).fromNow() <= event.startsAt;
    return isMoved || inTime ? totalMinor : Math.floor((totalMinor * lateRefundPercent) / 100);
  }
}

function demandGoingOn(booking: Booking | undefined): asserts booking is Booking {
  const isGoingOn = booking?.status === 'pending_payment' || booking?.status === 'confirmed';
  if (!isGoingOn) throw new BookingEnded();
}
