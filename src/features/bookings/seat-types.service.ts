import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../../core/database/transactions.js';
import { ValidationFailed } from '../../core/errors/core.errors.js';
import { scope } from '../../core/tenancy/scope.js';
import type { CreateSeatType, SeatTypeView } from './seat-type.dto.js';
import { faultsOf, placed } from './seat-labels.js';
import { SeatTally } from './seat-tally.entity.js';
import { SEAT_TYPES_OF, INSERT_ROWS } from './seat-type-statements.js';
import { SeatType } from './seat-type.entity.js';
import type { TicketedEvent } from './ticketed-event.entity.js';

type OfEvent = Pick<TicketedEvent, 'id' | 'organizationId'>;

/** What kinds of seats events have. */
@Injectable()
export class SeatTypes {
  /** @throws {ValidationFailed} for labels that two seats would have, and seats that are not as many as their labels */
  check(types: readonly CreateSeatType[]): void {
    const faults = faultsOf(types);
    if (faults.length > 0) throw new ValidationFailed(faults);
  }

  async insert(tx: Tx, event: OfEvent, types: readonly CreateSeatType[]): Promise<void> {
    for (const [position, { rows, ...about }] of types.entries()) {
      const id = uuidv7();
      const isLabelled = rows !== undefined;
      const own = scope(tx, event);
      await own.of(SeatType).insert({ id, eventId: event.id, position, isLabelled, ...about });
      // Labelled seats are counted as soon as somebody takes one.
      const empty = { seatTypeId: id, eventId: event.id, slot: 0, taken: 0, changes: 0, room: about.capacity };
      if (!isLabelled) await own.of(SeatTally).insert(empty);
      if (rows) await tx.query(INSERT_ROWS, [event.organizationId, event.id, id, JSON.stringify(placed(rows))]);
    }
  }

  /** Of an event that nobody could have bought seats of. */
  async replace(tx: Tx, event: OfEvent, types: readonly CreateSeatType[]): Promise<void> {
    await scope(tx, event).of(SeatType).delete({ eventId: event.id });
    await this.insert(tx, event, types);
  }

  /** In the order in which they were given. */
  of(tx: Tx, { organizationId, id }: OfEvent): Promise<SeatTypeView[]> {
    return tx.query<SeatTypeView[]>(SEAT_TYPES_OF, [organizationId, id]);
  }
}
