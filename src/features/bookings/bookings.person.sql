WITH event AS (
  INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone, status, published_at)
  VALUES (gen_random_uuid(), :organizationId, 'A concert', 'The hall', now() + interval '1 day', 'Europe/Berlin',
          'published', now())
  RETURNING *),
type AS (
  INSERT INTO seat_types (id, organization_id, event_id, position, name, price_minor, currency, capacity, is_labelled)
  SELECT gen_random_uuid(), organization_id, id, 0, 'VIP', 0, 'EUR', 3, false FROM event RETURNING *),
hold AS (
  INSERT INTO seat_holds (id, organization_id, user_id, event_id, seats, expires_at)
  SELECT gen_random_uuid(), :organizationId, :userId, id, 1, now() + interval '1 hour' FROM event RETURNING *)
INSERT INTO bookings (id, organization_id, user_id, event_organization_id, event_id, status, seats, total_minor, currency,
                      payment_id, confirmed_at, checked_in_at, reminded_at)
SELECT gen_random_uuid(), :organizationId, :userId, organization_id, id, 'confirmed', '[]', 0, 'EUR', gen_random_uuid(),
       now(), now(), now()
  FROM event;
-- nobody ticketed_events: what takes place, by those who sell
-- nobody seat_types: of an event
-- nobody seat_rows: of an event
-- nobody seat_tallies: of an event
-- nobody seats: of holds and bookings, which name whose they are
