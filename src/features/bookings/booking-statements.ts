/** $1 id, $2 organization and $3 user whose hold becomes a booking. None if it is over, or is one already. */
export const REDEEM = `
  WITH redeemed AS (
    DELETE FROM seat_holds WHERE id = $1 AND organization_id = $2 AND user_id = $3 AND expires_at > now()
    RETURNING event_id, seats)
  SELECT event_id AS "eventId", seats AS count FROM redeemed`;

/**
 * $1 event, $2 minutes. Whoever cancels it waits until those who book it are done, and then finds them. A payment comes
 * before the start, or not at all.
 */
export const STILL_ON_SALE = `
  SELECT organization_id AS "organizationId", least(now() + make_interval(mins => $2), starts_at) AS until
    FROM ticketed_events WHERE id = $1 AND status = 'published' AND starts_at > now() FOR SHARE`;

/** $1 hold */
export const PRICED = `
  SELECT seat.seat_type_id AS "seatTypeId", type.name, seat.label, type.price_minor AS "priceMinor", type.currency
    FROM seats seat JOIN seat_types type ON type.organization_id = seat.organization_id AND type.id = seat.seat_type_id
   WHERE seat.hold_id = $1 ORDER BY type.position, length(seat.label), seat.label`;

/** $1 the last one seen, $2 how many at once */
export const EXPIRED_HOLDS = `
  SELECT id, organization_id AS "organizationId", event_id AS "eventId" FROM seat_holds
   WHERE expires_at <= now() AND id > $1 ORDER BY id LIMIT $2`;

/** $1 the last one seen, $2 how many at once */
export const UNPAID = `
  SELECT id, organization_id AS "organizationId", payment_id AS "paymentId" FROM bookings
   WHERE status = 'pending_payment' AND expires_at <= now() AND id > $1 ORDER BY id LIMIT $2`;

/** $1 the last one seen, $2 how many at once, $3 seller, $4 event */
export const STILL_BOOKED = `
  SELECT id, organization_id AS "organizationId" FROM bookings
   WHERE event_organization_id = $3 AND event_id = $4 AND status IN ('pending_payment', 'confirmed') AND id > $1
   ORDER BY id LIMIT $2`;

/** $1 user: what they have not paid for, whatever the organization */
export const UNPAID_OF = `
  SELECT booking.id, booking.organization_id AS "organizationId"
    FROM bookings booking JOIN ticketed_events event ON event.id = booking.event_id
   WHERE booking.user_id = $1
     AND (booking.status = 'pending_payment'
          OR booking.status = 'confirmed' AND booking.total_minor = 0 AND event.starts_at > now())
   ORDER BY booking.id`;

/** $1 user: locked, so that none of them becomes a booking meanwhile */
export const HOLDS_OF = `
  SELECT id, event_id AS "eventId" FROM seat_holds WHERE user_id = $1 /* whatever the organization_id */
   ORDER BY id FOR UPDATE`;
