/** $1 id, $2 organization and $3 user whose hold becomes a booking. None if it is over, or is one already. */
export const REDEEM = `
  WITH redeemed AS (
    DELETE FROM seat_holds WHERE id = $1 AND organization_id = $2 AND user_id = $3 AND expires_at > now()
    RETURNING event_id, seats)
  SELECT event_id AS "eventId", seats AS count FROM redeemed`;

/** $1 event. Whoever cancels it waits until those who book it are done, and then finds them. */
export const STILL_ON_SALE = `
  SELECT organization_id AS "organizationId" FROM ticketed_events
   WHERE id = $1 AND status = 'published' AND starts_at > now() FOR SHARE`;

/** $1 hold */
export const PRICED = `
  SELECT seat.seat_type_id AS "seatTypeId", type.name, seat.label, type.price_minor AS "priceMinor", type.currency
    FROM seats seat JOIN seat_types type ON type.organization_id = seat.organization_id AND type.id = seat.seat_type_id
   WHERE seat.hold_id = $1 ORDER BY type.position, length(seat.label), seat.label`;

/** $1 how many at once. What one instance has locked, the others leave to it. */
export const EXPIRED_HOLDS = `
  WITH due AS (
    SELECT id FROM seat_holds WHERE expires_at <= now() /* whatever the organization_id */
     ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED),
  gone AS (DELETE FROM seat_holds USING due WHERE seat_holds.id = due.id RETURNING due.id)
  SELECT id FROM gone`;

/** $1 the last one seen, $2 how many at once */
export const UNPAID = `
  SELECT id, organization_id AS "organizationId", payment_id AS "paymentId" FROM bookings
   WHERE status = 'pending_payment' AND expires_at <= now() AND id > $1 ORDER BY id LIMIT $2`;

/** $1 the last one seen, $2 how many at once, $3 seller, $4 event */
export const STILL_BOOKED = `
  SELECT id, organization_id AS "organizationId" FROM bookings
   WHERE event_organization_id = $3 AND event_id = $4 AND status IN ('pending_payment', 'confirmed') AND id > $1
   ORDER BY id LIMIT $2`;

/** $1 user: what they have not paid for yet, whatever the organization */
export const WAITING_OF = `
  SELECT id, organization_id AS "organizationId" FROM bookings WHERE user_id = $1 AND status = 'pending_payment' ORDER BY id`;

/** $1 user: locked, so that none of them becomes a booking meanwhile, whatever the organization_id */
export const HOLDS_OF =
  'SELECT id FROM seat_holds WHERE user_id = $1 ORDER BY id FOR UPDATE /* whatever the organization_id */';
