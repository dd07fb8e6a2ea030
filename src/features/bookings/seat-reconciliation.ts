import type { EntityManager } from 'typeorm';
import { inPages } from '../../core/database/in-pages.js';
import { EVENTS_AFTER, SEAT_DIFFERENCES } from './seat-reconciliation-statements.js';

const AT_ONCE = 500;

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
  /** Why of some nothing is known */
  readonly failures: readonly unknown[];
}

/** Proves of every event that is still to come that sold, held and free seats are as many as it has, each by itself. */
export async function reconcileSeats(manager: EntityManager, signal?: AbortSignal): Promise<SeatReconciliation> {
  const differences: SeatDifference[] = [];
  const failures: unknown[] = [];
  let events = 0;
  for await (const page of inPages(manager, EVENTS_AFTER, AT_ONCE)) {
    for (const { id } of page) {
      signal?.throwIfAborted();
      const found = manager.query<SeatDifference[]>(SEAT_DIFFERENCES, [id]);
      differences.push(...(await found.catch((thrown: unknown) => (failures.push(thrown), []))));
    }
    events += page.length;
  }
  return { events, differences, failures };
}
