/** $1 seller, $2 event */
export const COUNT = `
  SELECT count(*)::int AS count FROM bookings /* whatever the organization_id */
   WHERE event_organization_id = $1 AND event_id = $2`;

/**
 * $1 seller, $2 event, $3 the last one seen, $4 how many. Sellers learn the names of those who have bought something, to
 * know them at the door; who only thought of it, or was erased since, has none. Whoever is erased meanwhile is waited for,
 * or waits until the part is there to be deleted.
 */
export const PAGE = `
  SELECT booking.id, booking.status, booking.seats, booking.total_minor AS "totalMinor",
         booking.refunded_minor AS "refundedMinor", booking.currency, booking.created_at AS "createdAt",
         booking.confirmed_at AS "confirmedAt", booking.cancelled_at AS "cancelledAt",
         booking.checked_in_at AS "checkedInAt", CASE WHEN confirmed_at IS NOT NULL THEN buyer.name END AS name,
         CASE WHEN confirmed_at IS NOT NULL AND buyer.erased_at IS NULL THEN buyer.email END AS email
    FROM bookings booking /* whatever the organization_id */ JOIN users buyer ON buyer.id = booking.user_id
   WHERE booking.event_organization_id = $1 AND booking.event_id = $2 AND booking.id > $3 ORDER BY booking.id LIMIT $4
     FOR KEY SHARE OF buyer`;
