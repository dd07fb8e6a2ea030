import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Payables, type PaidPayment, type Payable, type Quote } from '../../core/payments/payables.js';
import { acrossOrganizations, scope } from '../../core/tenancy/scope.js';
import { BookingFacts } from './booking-facts.js';
import { ownBooking } from './booking-finder.js';
import { BookingMails } from './booking-mails.js';
import { STILL_ON_SALE } from './booking-statements.js';
import { Booking, BOOKING, OF_BUYER } from './booking.entity.js';
import { bookingConfirmed } from './booking.events.js';
import { Cancellations } from './cancellations.service.js';
import { SeatChanges } from './seat-changes.js';
import { KEEP } from './seat-statements.js';

const FOR_GOOD = null;

/** A booking that waits for money. Until it comes its seats are kept, and no longer than that. */
@Injectable()
export class BookingPayable implements Payable, OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly changes: SeatChanges,
    private readonly cancellations: Cancellations,
    private readonly facts: BookingFacts,
    private readonly mails: BookingMails,
  ) {}

  onModuleInit(): void {
    this.payables.register(BOOKING, this);
  }

  /** @throws {NotFound} also if it is paid, cancelled, or its time to pay is over */
  async quote(tx: Tx, buyer: Actor, id: string): Promise<Quote> {
    const booking = await ownBooking(tx, buyer, id);
    const isWaiting = booking.status === 'pending_payment' && booking.event.status === 'published';
    if (!isWaiting) throw new NotFound('The booking');
    const { totalMinor: amount, currency, seats, event, eventOrganizationId: sellerOrganizationId } = booking;
    const description = `${event.title.slice(0, 180)}: ${seats.length} ${seats.length === 1 ? 'seat' : 'seats'}`;
    return { amount, currency, description, sellerOrganizationId };
  }

  /** Either the seats are sold or the money goes back: whose time is over, by however little, may have lost them. */
  async settle(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'> {
    const { payableId: id, id: paymentId, amount, currency } = payment;
    const all = acrossOrganizations(tx, OF_BUYER).of(Booking);
    const where = { id, userId: payment.userId };
    const booking = await all.findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (booking?.status === 'confirmed' && booking.paymentId === paymentId) return 'settled';
    if (booking?.status !== 'pending_payment') return 'refused';
    if (booking.totalMinor !== amount || booking.currency !== currency) return 'refused';
    const [sale] = await tx.query<object[]>(STILL_ON_SALE, [booking.eventId, 0]);
    if (sale === undefined) return 'refused';
    const kept = await tx.query<object[]>(KEEP, [id, booking.seats.length, FOR_GOOD]);
    if (kept.length === 0) return 'refused';
    const confirmed = { status: 'confirmed', confirmedAt: () => 'now()', expiresAt: null, paymentId } as const;
    await scope(tx, booking).of(Booking).update({ id }, confirmed);
    this.changes.tell(tx, booking.eventId);
    await this.mails.confirm(tx, await this.facts.publish(tx, booking, bookingConfirmed));
    return 'settled';
  }

  /** The seats are kept until their time is over: whoever wants to may try to pay once more. */
  fail(): Promise<void> {
    return Promise.resolve();
  }

  /** All of the money back is the seats back. */
  async refunded(tx: Tx, { payableId: id, id: paymentId }: PaidPayment, refunded: number): Promise<void> {
    const booking = await acrossOrganizations(tx, OF_BUYER).of(Booking).findOne({ where: { id, paymentId } });
    if (booking === null) return;
    const rows = scope(tx, booking).of(Booking);
    await rows.update({ id }, { refundedMinor: refunded });
    const whole = await rows.findOne({ where: { id, status: 'confirmed', totalMinor: refunded } });
    if (whole === null) return;
    await this.mails.cancel(tx, await this.cancellations.end(tx, whole, 'cancelled'), refunded);
  }
}
