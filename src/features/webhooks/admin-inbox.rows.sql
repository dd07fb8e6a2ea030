-- GET /v1/admin/webhook-inbox
INSERT INTO webhook_inbox (id, provider, event_id, type, payload, status, failures, error_code, next_attempt_at, expires_at)
SELECT gen_random_uuid(), 'test-provider', gen_random_uuid(), 'test.happened', '{}', 'dead', 10, 'INTERNAL', NULL,
       now() + interval '1 day'
  FROM generate_series(1, :count) n
