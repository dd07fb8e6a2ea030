-- GET /v1/webhook-endpoints/{id}/deliveries
WITH endpoint AS (
  INSERT INTO webhook_endpoints (id, organization_id, url, description, event_types, secret)
  VALUES (gen_random_uuid(), :organizationId, 'https://receiver.invalid/', '', '{}', 'sealed') RETURNING *),
delivery AS (
  INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event_type, body, status, ended_at)
  SELECT gen_random_uuid(), organization_id, id, gen_random_uuid(), 'membership.created', '{}', 'delivered', now()
    FROM endpoint, generate_series(1, :count) RETURNING *),
attempt AS (
  INSERT INTO webhook_attempts (organization_id, delivery_id, number, status_code, duration_ms, started_at)
  SELECT organization_id, id, 1, 204, 5, now() FROM delivery)
SELECT id FROM endpoint
