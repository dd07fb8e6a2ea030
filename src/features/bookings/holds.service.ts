import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { fromDatabase } from '../../core/database/database-errors.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { bookingsConfig, type BookingsConfig } from './bookings.config.js';
import type { HeldSeat, HoldSeats, HoldView, WantedSeat } from './hold.dto.js';
import { SeatTaken, SoldOut, TooManySeatsHeld } from './hold.errors.js';
import { SeatChanges } from './seat-changes.js';
import { SeatHold } from './seat-hold.entity.js';
import { SeatLooks } from './seat-looks.js';
import { FREE, FREE_EXPIRED, HOLD, IN_TURN } from './seat-statements.js';

interface OfSeller extends OfTenant {
  readonly eventId: string;
}

interface Held {
  readonly expiresAt: Date;
  readonly seatTypeId: string | null;
  readonly label: string | null;
}

/** Keeps seats for those who are about to book them. */
@Injectable()
export class Holds {
  constructor(
    @Inject(bookingsConfig.KEY) private readonly config: BookingsConfig,
    private readonly looks: SeatLooks,
    private readonly transactions: Transactions,
    private readonly changes: SeatChanges,
  ) {}

  /**
   * Holds all of the seats or none. Who gets a seat is decided by constraint `seats_event_id_seat_type_id_label_key`, and
   * in general admission by `seat_tallies_room_check`.
   * @throws {NotFound | EventNotOnSale | ValidationFailed | SeatTaken | SoldOut | TooManySeatsHeld}
   */
  async hold(actor: Actor, eventId: string, { seats }: HoldSeats): Promise<HoldView> {
    const organizationId = await this.looks.demand(actor, eventId, seats);
    const take = (tx: Tx) => this.take(tx, actor, { organizationId, eventId }, seats);
    try {
      return await this.transactions.run(take);
    } catch (thrown) {
      if (!(fromDatabase(thrown) instanceof SoldOut)) throw thrown;
      await this.freeExpired({ organizationId, eventId }, seats);
      return this.transactions.run(take);
    }
  }

  /** Gives the seats back at once. @throws {NotFound} also when it has expired, or is booked */
  release(actor: Actor, id: string): Promise<void> {
    return this.transactions.run(async (tx) => {
      const { userId } = actor;
      const { eventId } = await scope(tx, actor).of(SeatHold).get({ id, userId }, 'The hold');
      if ((await scope(tx, actor).of(SeatHold).delete({ id, userId })) === 0) throw new NotFound('The hold');
      await tx.query(FREE, [[id]]);
      this.changes.tell(tx, eventId);
    });
  }

  /** By itself: whoever takes seats while they hold the tally of others may wait for somebody who waits for them. */
  private freeExpired({ organizationId, eventId }: OfSeller, seats: readonly WantedSeat[]): Promise<void> {
    return this.transactions.run(async (tx) => {
      await tx.query(FREE_EXPIRED, [organizationId, eventId, seats.map(({ seatTypeId }) => seatTypeId)]);
      this.changes.tell(tx, eventId);
    });
  }

  private async take(
    tx: Tx,
    { organizationId, userId }: Actor,
    event: OfSeller,
    seats: readonly WantedSeat[],
  ): Promise<HoldView> {
    const { eventId } = event;
    const { holdMinutes, mostHeld } = this.config;
    const id = uuidv7();
    await tx.query(IN_TURN, [userId, eventId]);
    const held = await tx.query<Held[]>(HOLD, [
      ...[id, organizationId, userId, event.organizationId, eventId, holdMinutes],
      ...[seats.map(({ seatTypeId }) => seatTypeId), seats.map(({ label }) => label ?? null), mostHeld],
    ]);
    const [first] = held;
    if (first === undefined) throw new TooManySeatsHeld(mostHeld);
    const taken = held.flatMap(({ seatTypeId, label }) => (seatTypeId === null ? [] : [{ seatTypeId, label }]));
    if (taken.length < seats.length) throw new SeatTaken(missing(seats, taken));
    this.changes.tell(tx, eventId);
    return { id, eventId, expiresAt: first.expiresAt.toISOString(), seats: seats.map(toHeldSeat) };
  }
}

const toHeldSeat = ({ seatTypeId, label }: WantedSeat): HeldSeat => ({ seatTypeId, label: label ?? null });

/** @returns the label of the first that somebody else has got */
function missing(wanted: readonly WantedSeat[], taken: readonly HeldSeat[]): string | undefined {
  const got = new Set(taken.map(({ seatTypeId, label }) => `${seatTypeId} ${label}`));
  return wanted.find(({ seatTypeId, label }) => label !== undefined && !got.has(`${seatTypeId} ${label}`))?.label;
}
