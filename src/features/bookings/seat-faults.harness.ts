import type { Client } from 'pg';
import { connection } from '../../../test/harness/connection.js';
import { sql } from '../../../test/harness/database.js';
import type { TestApp } from '../../../test/harness/app.js';

/** Something about seats that must never be so, and of what. */
export interface SeatFault {
  readonly fault: string;
  readonly id: string;
}

// One statement sees one moment. Whether something is over is asked by the clock, which is later than that moment: what
// is not over then was not over when it was seen.
const FAULTS = `
  WITH taken AS (
    SELECT seat_type_id, count(*) AS rows, count(*) FILTER (WHERE expires_at IS NULL) AS sold,
           count(*) FILTER (WHERE expires_at > clock_timestamp()) AS held FROM seats GROUP BY seat_type_id),
  tally AS (SELECT seat_type_id, sum(taken) AS taken FROM seat_tallies GROUP BY seat_type_id),
  booked AS (
    SELECT booking.id, booking.status, booking.expires_at, seat ->> 'seatTypeId' AS type, seat ->> 'label' AS label,
           count(*) AS count, count(*) FILTER (WHERE seat ->> 'label' IS NOT NULL) AS labelled
      FROM bookings booking, jsonb_array_elements(booking.seats) seat GROUP BY 1, 2, 3, 4, 5),
  seated AS (
    SELECT hold_id AS id, seat_type_id::text AS type, label, count(*) AS count,
           count(*) FILTER (WHERE expires_at IS NULL) AS sold, min(expires_at) AS first, max(expires_at) AS last
      FROM seats GROUP BY 1, 2, 3)
  SELECT 'more are taken than there are' AS fault, type.id::text FROM seat_types type JOIN taken ON seat_type_id = type.id
   WHERE sold + held > capacity
  UNION ALL SELECT 'the tally is not what is taken', type.id::text FROM seat_types type
    LEFT JOIN taken ON taken.seat_type_id = type.id LEFT JOIN tally ON tally.seat_type_id = type.id
   WHERE coalesce(rows, 0) <> coalesce(tally.taken, 0)
  UNION ALL SELECT 'a seat is sold twice', min(id::text) FROM booked
   WHERE label IS NOT NULL AND status = 'confirmed' GROUP BY type, label HAVING count(*) > 1
  UNION ALL SELECT 'what is confirmed has not its seats', booked.id::text FROM booked LEFT JOIN seated
      ON seated.id = booked.id AND seated.type = booked.type AND seated.label IS NOT DISTINCT FROM booked.label
   WHERE status = 'confirmed' AND coalesce(sold, 0) <> booked.count
  UNION ALL SELECT 'what waits to be paid has not its seats', booked.id::text FROM booked LEFT JOIN seated
      ON seated.id = booked.id AND seated.type = booked.type AND seated.label IS NOT DISTINCT FROM booked.label
   WHERE status = 'pending_payment' AND expires_at > clock_timestamp()
     AND (coalesce(seated.count, 0) <> booked.count OR first <> expires_at OR last <> expires_at OR sold > 0)
  UNION ALL SELECT 'what has ended keeps a seat', seats.hold_id::text FROM seats JOIN bookings ON bookings.id = hold_id
   WHERE status IN ('cancelled', 'expired')
  UNION ALL SELECT 'a hold has some of its seats', hold.id::text FROM seat_holds hold
   WHERE expires_at > clock_timestamp()
     AND seats <> (SELECT count(*) FROM seats WHERE hold_id = hold.id AND seats.expires_at = hold.expires_at)
  UNION ALL SELECT 'a seat is held by nobody', hold_id::text FROM seats
   WHERE NOT EXISTS (SELECT FROM seat_holds WHERE id = hold_id) AND NOT EXISTS (SELECT FROM bookings WHERE id = hold_id)
     AND (expires_at > clock_timestamp() OR expires_at IS NULL)
  UNION ALL SELECT 'a hold is a booking', id::text FROM seat_holds JOIN bookings USING (id)
  UNION ALL SELECT 'a booking costs something else', id::text FROM bookings
   WHERE total_minor <> (SELECT sum((seat ->> 'priceMinor')::bigint) FROM jsonb_array_elements(seats) seat)`;

/** What is wrong with the seats at this moment. @returns nothing, unless something was sold that was not to be had */
export const seatFaults = ({ databaseUrl }: Pick<TestApp, 'databaseUrl'>): Promise<SeatFault[]> =>
  sql<SeatFault>(databaseUrl, FAULTS);

/** The same, from a connection that stays: for those who look often. */
export class SeatWatch {
  private constructor(private readonly client: Client) {}

  static async over({ databaseUrl }: Pick<TestApp, 'databaseUrl'>): Promise<SeatWatch> {
    return new SeatWatch(await connection(databaseUrl));
  }

  async look(): Promise<SeatFault[]> {
    return (await this.client.query<SeatFault>({ name: 'seat-faults', text: FAULTS })).rows;
  }

  /** Looks all the time while `work` is done. @returns every fault that was seen at any moment, and how often it looked */
  async during(work: () => Promise<unknown>): Promise<{ faults: SeatFault[]; looks: number }> {
    const faults: SeatFault[] = [];
    let [isOver, looks] = [false, 0];
    const watch = async () => {
      for (; !isOver; looks++) faults.push(...(await this.look()));
    };
    await Promise.all([watch(), work().finally(() => (isOver = true))]);
    return { faults, looks };
  }
}

/** How often two have waited for each other, also if the one that gave way has tried again. When nobody is connected. */
export async function deadlocksIn(databaseUrl: string): Promise<number> {
  const statement = 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()';
  const [row] = await sql<{ deadlocks: number }>(databaseUrl, statement);
  return row?.deadlocks ?? NaN;
}
