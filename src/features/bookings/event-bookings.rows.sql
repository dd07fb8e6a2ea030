-- GET /v1/events/{id}/bookings
WITH event AS (
  INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone, status, published_at)
  VALUES (gen_random_uuid(), :organizationId, 'A concert', 'The hall', now() + interval '1 day', 'Europe/Berlin',
          'published', now())
  RETURNING *),
booking AS (INSERT INTO bookings (id, organization_id, user_id, event_organization_id, event_id, status, seats, total_minor, currency,
                      confirmed_at)
SELECT gen_random_uuid(), :organizationId, :userId, event.organization_id, event.id, 'confirmed', '[]', 0, 'EUR', now()
  FROM event, generate_series(1, :count))
SELECT id FROM event
