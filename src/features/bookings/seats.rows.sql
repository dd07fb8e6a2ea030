-- GET /v1/events/{id}/seats
WITH event AS (
  INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone, status, published_at)
  VALUES (gen_random_uuid(), :organizationId, 'A concert', 'The hall', now() + interval '1 day', 'Europe/Berlin',
          'published', now())
  RETURNING *),
type AS (
  INSERT INTO seat_types (id, organization_id, event_id, position, name, price_minor, currency, capacity, is_labelled)
  SELECT gen_random_uuid(), organization_id, id, 0, 'VIP', 0, 'EUR', :count, true FROM event RETURNING *),
row AS (
  INSERT INTO seat_rows (organization_id, event_id, seat_type_id, prefix, first, last, seats_before)
  SELECT organization_id, event_id, id, 'A', 1, capacity, 0 FROM type)
SELECT event_id AS id, id AS "seatTypeId" FROM type
