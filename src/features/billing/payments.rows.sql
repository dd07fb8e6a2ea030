-- GET /v1/billing/payments
INSERT INTO payments (id, organization_id, user_id, payable_kind, payable_id, amount, currency, description, provider,
                      token_hash, sealed_token, expires_at)
SELECT gen_random_uuid(), :organizationId, :userId, 'test-rows', gen_random_uuid()::text, 1250, 'EUR', 'Something', 'test',
       sha256(gen_random_uuid()::text::bytea), '', now() + interval '1 day'
  FROM generate_series(1, :count) n
