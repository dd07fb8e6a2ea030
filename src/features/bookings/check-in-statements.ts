/** $1 seller, $2 event, $3 booking. Of two who ask at the same time one gets a row. */
export const CHECK_IN = `
  WITH checked_in AS (
    UPDATE bookings SET checked_in_at = now()
     WHERE event_organization_id = $1 AND event_id = $2 AND id = $3 AND status = 'confirmed' AND checked_in_at IS NULL
    RETURNING id, organization_id)
  SELECT id, organization_id AS "organizationId" FROM checked_in`;

/** $1 seller, $2 event, $3 booking: why it was not. */
export const REFUSED = `
  SELECT status, checked_in_at AS "checkedInAt" FROM bookings /* whatever the organization_id of its buyer */
   WHERE event_organization_id = $1 AND event_id = $2 AND id = $3`;
