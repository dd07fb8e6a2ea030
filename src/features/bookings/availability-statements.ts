import { planned } from '../../core/database/planned.js';

/**
 * $1 event, $2 organization of the actor, or null. A row for each type; none if they may not see the event. What has expired
 * is put in order so that it is counted by the one index that knows, also by a plan of when there were few seats.
 */
export const AVAILABILITY = planned(`
  SELECT type.id, type.capacity, coalesce(tally.changes, 0) AS changes,
         (type.capacity - coalesce(tally.taken, 0)
           + (SELECT count(*) FROM (
                SELECT FROM seats
                 WHERE organization_id = type.organization_id AND event_id = type.event_id AND seat_type_id = type.id
                   AND expires_at <= now()
                 ORDER BY expires_at) expired))::integer AS available
    FROM ticketed_events event
    JOIN seat_types type ON type.organization_id = event.organization_id AND type.event_id = event.id
    LEFT JOIN LATERAL (SELECT sum(taken) AS taken, sum(changes) AS changes FROM seat_tallies WHERE seat_type_id = type.id)
           tally ON true
   WHERE event.id = $1 AND (event.published_at IS NOT NULL OR event.organization_id = $2) ORDER BY type.position`);

/** $1 event, $2 organization of the actor, or null, $3 type. None if they may not see the event, or it has no such seats. */
export const CAPACITY = planned(`
  SELECT type.capacity, type.organization_id AS "organizationId"
    FROM ticketed_events event
    JOIN seat_types type ON type.organization_id = event.organization_id AND type.event_id = event.id
   WHERE event.id = $1 AND (event.published_at IS NOT NULL OR event.organization_id = $2) AND type.id = $3`);

/** $1 seller, $2 event, $3 type, $4 the place of the first seat, $5 how many. Answers `PlacedRow`s. */
export const ROWS_FROM = planned(`
  SELECT prefix, first AS "from", last AS "to", seats_before AS "seatsBefore" FROM seat_rows
   WHERE organization_id = $1 AND event_id = $2 AND seat_type_id = $3 AND seats_before >= (
     SELECT coalesce(max(seats_before), 0) FROM seat_rows
      WHERE organization_id = $1 AND event_id = $2 AND seat_type_id = $3 AND seats_before <= $4)
   ORDER BY seats_before LIMIT $5`);

/** $1 event, $2 type, $3 labels. A row for each that is not free. */
export const TAKEN = planned(`
  SELECT label, CASE WHEN expires_at IS NULL THEN 'sold' ELSE 'held' END AS status FROM seats
   WHERE event_id = $1 /* whatever the organization_id */ AND seat_type_id = $2 AND label = ANY ($3)
     AND (expires_at > now() OR expires_at IS NULL)`);
