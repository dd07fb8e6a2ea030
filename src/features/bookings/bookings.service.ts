import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type SelectQueryBuilder } from 'typeorm';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { Payments } from '../../core/payments/payments.js';
import { acrossOrganizations, scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { BookingFacts } from './booking-facts.js';
import { ownBooking } from './booking-finder.js';
import { BookingMails } from './booking-mails.js';
import { PRICED, REDEEM, STILL_ON_SALE } from './booking-statements.js';
import type { BookingPage, BookingView, CreateBooking, CreatedBooking } from './booking.dto.js';
import { type BookedSeat, Booking, BOOKING, OF_BUYER, OF_SELLER } from './booking.entity.js';
import { BookingEnded } from './booking.errors.js';
import { bookingConfirmed, bookingCreated } from './booking.events.js';
import { toBookingView } from './booking.views.js';
import { bookingCreatedAudited } from './bookings.audit.js';
import { bookingsConfig, type BookingsConfig } from './bookings.config.js';
import { EventNotOnSale } from './event.errors.js';
import { HoldExpired } from './hold.errors.js';
import { SeatChanges } from './seat-changes.js';
import { KEEP } from './seat-statements.js';
import { OF_EVERYBODY, TicketedEvent } from './ticketed-event.entity.js';

const FOR_GOOD = null;

type PricedSeat = BookedSeat & { readonly currency: string };

/** Held seats that somebody wants to have. */
@Injectable()
export class Bookings {
  constructor(
    @Inject(bookingsConfig.KEY) private readonly config: BookingsConfig,
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly pages: Pages,
    private readonly payments: Payments,
    private readonly changes: SeatChanges,
    private readonly facts: BookingFacts,
    private readonly mails: BookingMails,
    private readonly audit: Audit,
  ) {}

  /**
   * Books what the buyer holds: for good if it is free, or else until the time to pay is over.
   * @throws {HoldExpired | EventNotOnSale | FeatureDisabled}
   */
  create(actor: Actor, request: CreateBooking, key: string): Promise<CreatedBooking> {
    return this.idempotency.once({ actor, operation: 'bookings.create', key, request }, async (tx) => {
      const booking = await this.redeem(tx, actor, request.holdId);
      const { id } = booking;
      await this.audit.record(tx, actor, bookingCreatedAudited, { type: 'booking', id });
      const checkoutUrl = booking.totalMinor === 0 ? null : await this.openPayment(tx, actor, booking);
      const view = await this.facts.publish(tx, booking, bookingCreated);
      if (checkoutUrl === null) {
        await this.facts.publish(tx, booking, bookingConfirmed);
        await this.mails.confirm(tx, view);
      }
      return { ...view, checkoutUrl };
    });
  }

  /** Asks once more for the money, as long as the seats are kept. @throws {NotFound | BookingEnded | FeatureDisabled} */
  checkout(actor: Actor, id: string, key: string): Promise<CreatedBooking> {
    return this.idempotency.once({ actor, operation: 'bookings.checkout', key, request: { id } }, async (tx) => {
      const booking = await ownBooking(tx, actor, id);
      if (booking.status !== 'pending_payment') throw new BookingEnded();
      const checkoutUrl = await this.openPayment(tx, actor, booking);
      return { ...toBookingView(await ownBooking(tx, actor, id)), checkoutUrl };
    });
  }

  /** Those that the actor has made, in whichever organization, newest first. */
  list({ userId }: Actor, request: PageQuery): Promise<BookingPage> {
    const all = acrossOrganizations(this.dataSource.manager, OF_BUYER).of(Booking).select('booking');
    return this.page('my bookings', all.where({ userId }), request);
  }

  /** Of an event of the actor's organization, newest first. @throws {NotFound} */
  async listOfEvent(actor: Actor, eventId: string, request: PageQuery): Promise<BookingPage> {
    const { manager } = this.dataSource;
    const { organizationId } = await scope(manager, actor).of(TicketedEvent).get({ id: eventId }, 'The event');
    const all = acrossOrganizations(manager, OF_SELLER).of(Booking).select('booking');
    const sold = all.where({ eventOrganizationId: organizationId, eventId });
    return this.page(`bookings of ${eventId}`, sold, request);
  }

  /** For its buyer, and members of the organization that sells it. @throws {NotFound} */
  async get(actor: Actor, id: string): Promise<BookingView> {
    const { organizationId, userId } = actor;
    const all = acrossOrganizations(this.dataSource.manager, OF_SELLER).of(Booking).select('booking');
    const theirs = hasRole(actor, 'member') ? [{ id, eventOrganizationId: organizationId }] : [];
    const visible = all.innerJoinAndSelect('booking.event', 'event').where([{ id, userId }, ...theirs]);
    const booking = await visible.getOne();
    if (booking === null) throw new NotFound('The booking');
    return toBookingView(booking);
  }

  private async page(list: string, query: SelectQueryBuilder<Booking>, request: PageQuery): Promise<BookingPage> {
    const { data, page } = await this.pages.read(list, { desc: ['id'] }, query, request);
    const ids = In(data.map(({ eventId }) => eventId));
    const all = acrossOrganizations(this.dataSource.manager, OF_EVERYBODY).of(TicketedEvent);
    const events = new Map((await all.find({ where: { id: ids } })).map((event) => [event.id, event]));
    const views = data.flatMap((booking) => {
      const event = events.get(booking.eventId);
      return event === undefined ? [] : [toBookingView(booking, event)];
    });
    return { data: views, page };
  }

  /** Of two who book one hold the second finds none: locks are taken of the hold first, then of the event, then of seats. */
  private async redeem(tx: Tx, actor: Actor, id: string): Promise<Booking> {
    const { organizationId, userId } = actor;
    const [hold] = await tx.query<{ eventId: string; count: number }[]>(REDEEM, [id, organizationId, userId]);
    if (hold === undefined) throw new HoldExpired();
    const { eventId, count } = hold;
    const [sale] = await tx.query<(OfTenant & { until: Date })[]>(STILL_ON_SALE, [eventId, this.config.paymentMinutes]);
    if (sale === undefined) throw new EventNotOnSale();
    const priced = await tx.query<PricedSeat[]>(PRICED, [id]);
    const totalMinor = priced.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
    const until = totalMinor === 0 ? FOR_GOOD : sale.until;
    const kept = await tx.query<object[]>(KEEP, [id, count, until]);
    if (kept.length === 0) throw new HoldExpired();
    this.changes.tell(tx, eventId);
    const [booking] = await scope(tx, actor)
      .of(Booking)
      .insert({
        ...{ id, userId, eventId, eventOrganizationId: sale.organizationId, totalMinor },
        ...(until === FOR_GOOD ? CONFIRMED : { status: 'pending_payment', expiresAt: until }),
        seats: priced.map(({ seatTypeId, name, label, priceMinor }) => ({ seatTypeId, name, label, priceMinor })),
        currency: priced[0]?.currency ?? '',
      });
    return booking;
  }

  /** @returns where it is paid for: the payment that waits already, or a new one if that has failed */
  private async openPayment(tx: Tx, actor: Actor, booking: Booking): Promise<string> {
    const { id, expiresAt } = booking;
    const payment = await this.payments.open(tx, actor, { kind: BOOKING, id }, expiresAt ?? undefined);
    await scope(tx, booking).of(Booking).update({ id }, { paymentId: payment.id });
    return payment.checkoutUrl;
  }
}

const CONFIRMED = { status: 'confirmed', confirmedAt: () => 'now()' } as const;
