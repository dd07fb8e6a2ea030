-- GET /v1/webhook-endpoints
INSERT INTO webhook_endpoints (id, organization_id, url, description, event_types, secret)
SELECT gen_random_uuid(), :organizationId, 'https://receiver.invalid/' || n, '', '{}', 'sealed'
  FROM generate_series(1, :count) n
