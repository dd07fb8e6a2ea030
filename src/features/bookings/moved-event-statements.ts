/** Whoever has booked before the event was moved, and has not heard of it. */
const IS_UNAWARE = `
      event.organization_id = booking.event_organization_id AND event.id = booking.event_id
  AND event.status = 'published' AND event.starts_at > now()
  AND booking.status IN ('pending_payment', 'confirmed') AND booking.created_at < event.moved_at
  AND (booking.told_of_move_at IS NULL OR booking.told_of_move_at < event.moved_at)`;

/** $1 the last one seen, $2 how many at once, $3 seller, $4 event */
export const TO_TELL = `
  SELECT booking.id, booking.organization_id AS "organizationId" FROM ticketed_events event, bookings booking
   WHERE ${IS_UNAWARE} AND booking.event_organization_id = $3 AND booking.event_id = $4 AND booking.id > $1
   ORDER BY booking.id LIMIT $2`;

/** $1 booking, $2 organization of its buyer. None if somebody else came first, or it has ended. */
export const TELL = `
  WITH told AS (
    UPDATE bookings booking SET told_of_move_at = now() FROM ticketed_events event
     WHERE ${IS_UNAWARE} AND booking.id = $1 AND booking.organization_id = $2
    RETURNING booking.id)
  SELECT id FROM told`;
