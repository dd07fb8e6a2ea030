/** $3 hours before the start. Who has booked, or was told of a new time, since then knows without a reminder. */
const IS_DUE = `
      event.organization_id = booking.event_organization_id AND event.id = booking.event_id
  AND event.status = 'published' AND event.starts_at > now() AND event.starts_at <= now() + make_interval(hours => $3)
  AND booking.status = 'confirmed' AND booking.reminded_at IS NULL AND booking.checked_in_at IS NULL
  AND booking.confirmed_at < event.starts_at - make_interval(hours => $3)
  AND (booking.told_of_move_at IS NULL OR booking.told_of_move_at < event.starts_at - make_interval(hours => $3))`;

/** $1 the last one seen, $2 how many at once, $3 hours */
export const TO_REMIND = `
  SELECT booking.id, booking.organization_id AS "organizationId" FROM ticketed_events event, bookings booking
   WHERE ${IS_DUE} AND booking.id > $1 ORDER BY booking.id LIMIT $2`;

/** $1 booking, $2 organization of its buyer, $3 hours. None if somebody else came first, or it is due no more. */
export const REMIND = `
  WITH reminded AS (
    UPDATE bookings booking SET reminded_at = now() FROM ticketed_events event
     WHERE ${IS_DUE} AND booking.id = $1 AND booking.organization_id = $2
    RETURNING booking.id)
  SELECT id FROM reminded`;
