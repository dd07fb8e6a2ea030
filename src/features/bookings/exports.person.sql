WITH made AS (
  INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone)
  VALUES (gen_random_uuid(), :organizationId, 'A concert', 'The hall', now() + interval '30 days', 'Europe/Berlin')
  RETURNING id, organization_id),
exported AS (
  INSERT INTO booking_exports (id, organization_id, user_id, event_id, rows, expires_at)
  SELECT gen_random_uuid(), organization_id, :userId, id, 1, now() + interval '1 day' FROM made
  RETURNING id, organization_id, expires_at)
INSERT INTO booking_export_parts (organization_id, export_id, number, content, expires_at)
SELECT organization_id, id, 0, concat_ws(',', :name, :email), expires_at FROM exported;
