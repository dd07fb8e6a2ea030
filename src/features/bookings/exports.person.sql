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
-- Of another seller, from whom they have bought something.
WITH seller AS (
  INSERT INTO organizations (id, name) VALUES (gen_random_uuid(), 'A seller') RETURNING id),
vendor AS (
  INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), gen_random_uuid() || '@example.org', 'Who sells') RETURNING id),
made AS (
  INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone)
  SELECT gen_random_uuid(), id, 'A play', 'The theatre', now() + interval '30 days', 'Europe/Berlin' FROM seller
  RETURNING id, organization_id),
booked AS (
  INSERT INTO bookings (id, organization_id, user_id, event_organization_id, event_id, status, seats, total_minor, currency, confirmed_at)
  SELECT gen_random_uuid(), :organizationId, :userId, organization_id, id, 'confirmed', '[]', 0, 'EUR', now() FROM made),
exported AS (
  INSERT INTO booking_exports (id, organization_id, user_id, event_id, rows, expires_at)
  SELECT gen_random_uuid(), made.organization_id, vendor.id, made.id, 1, now() + interval '1 day' FROM made, vendor
  RETURNING id, organization_id, expires_at)
INSERT INTO booking_export_parts (organization_id, export_id, number, content, expires_at)
SELECT organization_id, id, 0, concat_ws(',', :name, :email), expires_at FROM exported;
