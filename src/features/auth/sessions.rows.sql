-- GET /v1/auth/sessions
INSERT INTO sessions (id, user_id, organization_id, user_agent, expires_at)
SELECT gen_random_uuid(), :userId, :organizationId, 'Browser ' || n, now() + interval '1 day'
  FROM generate_series(1, :count) n
