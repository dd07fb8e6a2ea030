import type { EntityManager } from 'typeorm';
import { EVENTS_AFTER, SEAT_DIFFERENCES } from './seat-reconciliation-statements.js';

const AT_ONCE = 100;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** A seat type of which something does not add up. All of it are numbers of seats. */
export interface SeatDifference {
  readonly eventId: string;
  readonly seatTypeId: string;
  readonly capacity: number;
  /** As its tallies say, and as there are rows: what has expired and was not taken again is among them */
  readonly tallied: number;
  readonly taken: number;
  /** As there are rows, and as confirmed bookings say */
  readonly sold: number;
  readonly booked: number;
  /** Sold, or held by somebody whose time is not over */
  readonly live: number;
}

export interface SeatReconciliation {
  readonly events: number;
  readonly differences: readonly SeatDifference[];
}

/** Proves of every event that is still to come that sold, held and free seats are as many as it has. */
export async function reconcileSeats(manager: EntityManager, signal?: AbortSignal): Promise<SeatReconciliation> {
  const differences: SeatDifference[] = [];
  let [events, last] = [0, FIRST];
  for (let found = AT_ONCE; found === AT_ONCE && !signal?.aborted; events += found) {
    const rows = await manager.query<{ id: string }[]>(EVENTS_AFTER, [last, AT_ONCE]);
    const ids = rows.map(({ id }) => id);
    differences.push(...(await manager.query<SeatDifference[]>(SEAT_DIFFERENCES, [ids])));
    found = ids.length;
    last = ids.at(-1) ?? last;
  }
  return { events, differences };
}
