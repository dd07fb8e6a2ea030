-- GET /v1/events/mine
INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone, status, published_at)
SELECT gen_random_uuid(), :organizationId, 'A concert', 'The hall', now() + n * interval '1 day', 'Europe/Berlin', 'published', now()
  FROM generate_series(1, :count) n
