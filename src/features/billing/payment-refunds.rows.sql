-- GET /v1/billing/payments/{id}/refunds
WITH paid AS (
  INSERT INTO payments (id, organization_id, user_id, payable_kind, payable_id, amount, currency, description, status,
                        provider, token_hash, sealed_token, charge_reference, refunding, paid_at, expires_at)
  VALUES (gen_random_uuid(), :organizationId, :userId, 'test-rows', 'some', 100000, 'EUR', 'Something', 'paid', 'test',
          sha256(gen_random_uuid()::text::bytea), '', 'charge', :count::int, now(), now())
  RETURNING id, organization_id
), given AS (
  INSERT INTO payment_refunds (id, organization_id, payment_id, amount, reason, reference)
  SELECT gen_random_uuid(), organization_id, id, 1, 'it rained', 'test:' || n FROM paid, generate_series(1, :count::int) n
)
SELECT id FROM paid
