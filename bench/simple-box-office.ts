import type { BoxOffice, Wish } from './box-offices.ts';
import { ask, poolOf } from './planning-pool.ts';

const TABLE = `
  CREATE TABLE simple_seats (
    event_id uuid, label text, user_id uuid NOT NULL, expires_at timestamptz NOT NULL, PRIMARY KEY (event_id, label))`;

/** $1 event, $2 label, $3 user */
const HOLD = `
  INSERT INTO simple_seats AS seat VALUES ($1, $2, $3, now() + interval '10 minutes')
  ON CONFLICT (event_id, label) DO UPDATE SET user_id = EXCLUDED.user_id, expires_at = EXCLUDED.expires_at
    WHERE seat.expires_at <= now()
  RETURNING label`;

/**
 * The least that keeps the promise about one seat: one statement, one table. It knows no events, refuses no label that
 * nobody has described, counts nothing, and lets everybody hold as many as they want.
 */
export async function simple(connections: number): Promise<BoxOffice> {
  const pool = await poolOf(connections);
  await pool.query(TABLE);
  const seatOf = ({ buyer, sale, number }: Wish) => [sale.eventId, `A${number}`, buyer.userId];
  return {
    hold: async (wish) => {
      const [held] = await ask(pool, HOLD, seatOf(wish));
      return held && 'held';
    },
  };
}
