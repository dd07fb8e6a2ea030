-- GET /v1/api-keys
INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes)
SELECT gen_random_uuid(), :organizationId, :userId, 'Key ' || n, 'app_test_' || n, sha256(gen_random_uuid()::text::bytea),
       '{}'
  FROM generate_series(1, :count) n
