import { planned } from '../../core/database/planned.js';

// Whoever locks several seats does so in this order, so that no two wait for each other.
const IN_ORDER = 'ORDER BY seat_type_id, label COLLATE "C"';
// Of places without labels many are alike, and yet one of them is the first.
const ROWS_IN_ORDER = `${IN_ORDER}, id`;

/**
 * Counts what a CTE has changed of seats, in a slot at which nobody else is: who comes to one waits for whoever was there
 * before, up to their commit. Only if sixteen are at work on one type has somebody to wait. General admission has one slot.
 * @param taken how many seats more (`count(*)`) or fewer are taken, as SQL over the rows
 */
const counted = (changed: string, taken: string): string => `
  INSERT INTO seat_tallies AS tally (organization_id, event_id, seat_type_id, slot, taken, changes)
  SELECT organization_id, event_id, seat_type_id, CASE WHEN is_labelled THEN coalesce(free.slot, 0) ELSE 0 END, taken, 1
    FROM (SELECT organization_id, event_id, seat_type_id, bool_and(label IS NOT NULL) AS is_labelled, ${taken} AS taken
            FROM ${changed} GROUP BY organization_id, event_id, seat_type_id) changed
    LEFT JOIN LATERAL (
      SELECT slot FROM generate_series(pg_backend_pid(), pg_backend_pid() + 15) AS number, mod(number, 16) AS slot
       WHERE is_labelled AND pg_try_advisory_xact_lock(hashtextextended(seat_type_id::text, slot)) LIMIT 1) free ON true
   ORDER BY seat_type_id
  ON CONFLICT (seat_type_id, slot) DO UPDATE
    SET taken = tally.taken + EXCLUDED.taken, changes = tally.changes + 1`;

/**
 * Of each wanted seat: $1 event, $2 type, $3 label, and $4 prefix and $5 number of it. A row for each, in their order.
 *
 * Plans are kept, also those of when there were few seats, and must not read all of an event later: `LIMIT` has each seat
 * looked up by itself. `(SELECT $1)` hides how many there are, for which PostgreSQL would plan anew each time.
 */
export const LOOK = planned(`
  SELECT event.organization_id AS "organizationId", event.published_at IS NOT NULL AS "isPublic",
         coalesce(event.status = 'published' AND event.starts_at > now(), false) AS "isOnSale",
         CASE WHEN type.is_labelled THEN row.first IS NOT NULL ELSE type.id IS NOT NULL AND wanted.label IS NULL END AS exists,
         seat.id IS NOT NULL AS taken, tally.taken IS NOT NULL AND expired.id IS NULL AS "isFull"
    FROM unnest((SELECT $1::uuid[]), $2::uuid[], $3::text[], $4::text[], $5::integer[]) WITH ORDINALITY
           AS wanted (event_id, seat_type_id, label, prefix, number, place)
    LEFT JOIN LATERAL (SELECT id, organization_id, published_at, status, starts_at FROM ticketed_events
                        WHERE id = wanted.event_id LIMIT 1) event ON true
    LEFT JOIN LATERAL (SELECT id, is_labelled FROM seat_types
                        WHERE organization_id = event.organization_id AND event_id = event.id AND id = wanted.seat_type_id
                        LIMIT 1) type ON true
    LEFT JOIN LATERAL (SELECT first FROM seat_rows
                        WHERE seat_type_id = type.id AND prefix = wanted.prefix AND wanted.number BETWEEN first AND last
                        LIMIT 1) row ON true
    LEFT JOIN LATERAL (SELECT id FROM seats
                        WHERE event_id = event.id AND seat_type_id = type.id AND label = wanted.label
                          AND (expires_at > now() OR expires_at IS NULL) LIMIT 1) seat ON true
    LEFT JOIN LATERAL (SELECT taken FROM seat_tallies
                        WHERE seat_type_id = type.id AND slot = 0 AND taken >= room LIMIT 1) tally ON true
    LEFT JOIN LATERAL (SELECT id FROM seats
                        WHERE organization_id = event.organization_id AND event_id = event.id AND seat_type_id = type.id
                          AND expires_at <= now() AND tally.taken IS NOT NULL
                        ORDER BY expires_at LIMIT 1) expired ON true
   ORDER BY wanted.place`);

/** $1 user, $2 event: lets the holds of one buyer come one after the other, so that their sum is known. */
export const IN_TURN = planned('SELECT pg_advisory_xact_lock(hashtextextended($1::text || $2::text, 0))');

/**
 * $1 id, $2 organization and $3 user who hold, $4 seller, $5 event, $6 minutes, $7 types and $8 labels of the seats, $9 the
 * most that the user may hold there. A row for each seat that was free; none if it would be more than they may.
 */
export const HOLD = planned(`
  WITH allowed AS MATERIALIZED (
    SELECT now() + make_interval(mins => $6) AS expires_at
     WHERE cardinality($7::uuid[]) <= $9
         - (SELECT coalesce(sum(seats) FILTER (WHERE expires_at > now()), 0) FROM seat_holds
             WHERE user_id = $3 AND event_id = $5)
         - (SELECT coalesce(sum(jsonb_array_length(seats)) FILTER (WHERE expires_at > now()), 0) FROM bookings
             WHERE user_id = $3 AND event_id = $5)),
  taken AS (
    INSERT INTO seats AS seat (organization_id, event_id, seat_type_id, label, hold_id, expires_at)
    SELECT $4, $5, seat_type_id, label, $1, expires_at
      FROM allowed, unnest($7, $8::text[]) AS wanted (seat_type_id, label) ${IN_ORDER}
    ON CONFLICT (event_id, seat_type_id, label) DO UPDATE
      SET hold_id = EXCLUDED.hold_id, expires_at = EXCLUDED.expires_at WHERE seat.expires_at <= now()
    RETURNING organization_id, event_id, seat_type_id, label, xmax = 0 AS is_new),
  hold AS (
    INSERT INTO seat_holds (id, organization_id, user_id, event_id, seats, expires_at)
    SELECT $1, $2, $3, $5, cardinality($7), expires_at FROM allowed
     WHERE cardinality($7) = (SELECT count(*) FROM taken)),
  tally AS (${counted('taken', 'count(*) FILTER (WHERE is_new)')})
  SELECT allowed.expires_at AS "expiresAt", taken.seat_type_id AS "seatTypeId", taken.label
    FROM allowed LEFT JOIN taken ON true`);

/** $1 holds. Of the seats of somebody else, who has taken them meanwhile, none. */
export const FREE = planned(`
  WITH locked AS (
    SELECT id FROM seats WHERE hold_id = ANY ($1) /* whatever the organization_id */ ${ROWS_IN_ORDER} FOR UPDATE),
  freed AS (
    DELETE FROM seats USING locked WHERE seats.id = locked.id
    RETURNING organization_id, event_id, seat_type_id, label),
  tally AS (${counted('freed', '-count(*)')})
  SELECT DISTINCT organization_id AS "organizationId", event_id AS "eventId" FROM freed`);

/** $1 seller, $2 event, $3 types of its seats: what of them nobody holds any more. */
export const FREE_EXPIRED = planned(`
  WITH locked AS (
    SELECT id FROM seats WHERE organization_id = $1 AND event_id = $2 AND seat_type_id = ANY ($3) AND expires_at <= now()
     ${ROWS_IN_ORDER} FOR UPDATE),
  freed AS (
    DELETE FROM seats USING locked WHERE seats.id = locked.id
    RETURNING organization_id, event_id, seat_type_id, label),
  tally AS (${counted('freed', '-count(*)')})
  SELECT count(*)::integer AS freed FROM freed`);

/** $1 hold, $2 how many seats it has to have, $3 until when they are kept, or null for good. A row for each, or none at all. */
export const KEEP = planned(`
  WITH locked AS (
    SELECT id FROM seats WHERE hold_id = $1 /* whatever the organization_id */ AND expires_at > now() ${ROWS_IN_ORDER} FOR UPDATE),
  kept AS (
    UPDATE seats SET expires_at = $3::timestamptz FROM locked
     WHERE seats.id = locked.id AND $2 = (SELECT count(*) FROM locked)
    RETURNING organization_id, event_id, seat_type_id, label),
  tally AS (${counted('kept', '0')})
  SELECT seat_type_id AS "seatTypeId", label FROM kept ${IN_ORDER}`);
