/** $1 the last one seen, $2 how many. Whatever is over sells nothing any more. */
export const EVENTS_AFTER = `
  SELECT id FROM ticketed_events WHERE id > $1 AND published_at IS NOT NULL AND starts_at > now() - interval '1 day'
   ORDER BY id LIMIT $2 /* whatever the organization_id */`;

/** $1 event. Answers `SeatDifference`s: one statement sees all of it at one moment. */
export const SEAT_DIFFERENCES = `
  SELECT type.event_id AS "eventId", type.id AS "seatTypeId", type.capacity, tallied, taken, sold, live, booked
    FROM seat_types type
   CROSS JOIN LATERAL (
     SELECT coalesce(sum(tally.taken), 0)::integer AS tallied FROM seat_tallies tally
      WHERE tally.organization_id = type.organization_id AND tally.event_id = type.event_id
        AND tally.seat_type_id = type.id) tally
   CROSS JOIN LATERAL (
     SELECT count(*)::integer AS taken, (count(*) FILTER (WHERE expires_at IS NULL))::integer AS sold,
            (count(*) FILTER (WHERE expires_at > now() OR expires_at IS NULL))::integer AS live
       FROM seats
      WHERE seats.seat_type_id = type.id AND seats.event_id = type.event_id
        AND seats.organization_id = type.organization_id) seat
   CROSS JOIN LATERAL (
     SELECT count(*)::integer AS booked FROM bookings booking, jsonb_array_elements(booking.seats) one
      WHERE booking.event_organization_id = type.organization_id AND booking.event_id = type.event_id
        AND booking.status = 'confirmed' AND one ->> 'seatTypeId' = type.id::text) booking
   WHERE type.event_id = $1 AND (tallied <> taken OR sold <> booked OR live > type.capacity)
   ORDER BY type.id`;

/** $1 seat type. Of two who mend a tally the second waits here, and then finds nothing to mend. */
export const LOCK_TALLY = `
  INSERT INTO seat_tallies (organization_id, event_id, seat_type_id, slot, taken, changes, room)
  SELECT organization_id, event_id, id, 0, 0, 1, CASE WHEN NOT is_labelled THEN capacity END FROM seat_types WHERE id = $1
  ON CONFLICT (seat_type_id, slot) DO UPDATE SET changes = seat_tallies.changes + 1, room = EXCLUDED.room`;

/**
 * $1 seat type. Whoever takes or frees seats changes rows and tally by the same: what they differ by stays the same
 * meanwhile, and is added, where a new sum would lose what others are about to count.
 */
export const MEND_TALLY = `
  UPDATE seat_tallies SET taken = taken + difference
    FROM (SELECT (SELECT count(*) FROM seats WHERE seat_type_id = $1 /* whatever the organization_id */)
               - (SELECT coalesce(sum(taken), 0) FROM seat_tallies WHERE seat_type_id = $1) AS difference) seen
   WHERE seat_type_id = $1 AND slot = 0`;
