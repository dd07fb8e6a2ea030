WITH endpoint AS (
  INSERT INTO webhook_endpoints (id, organization_id, url, description, event_types, secret)
  VALUES (gen_random_uuid(), :organizationId, 'https://receiver.invalid/', 'For ' || :name, '{}', 'sealed') RETURNING *),
delivery AS (
  INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event_type, body, status, ended_at)
  SELECT gen_random_uuid(), organization_id, id, gen_random_uuid(), 'test.made',
         json_build_object('userId', :userId, 'email', :email, 'name', :name)::text, 'delivered', now() FROM endpoint
  RETURNING *)
INSERT INTO webhook_attempts (organization_id, delivery_id, number, duration_ms, response, started_at)
SELECT organization_id, id, 1, 5, 'Thank you, ' || :email, now() FROM delivery;
