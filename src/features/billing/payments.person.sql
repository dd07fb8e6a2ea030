INSERT INTO payments (id, organization_id, user_id, seller_organization_id, payable_kind, payable_id, amount, currency,
                      description, status, provider, token_hash, sealed_token, checkout_claimed_at, checkout_reference,
                      checkout_url, charge_reference, refunding, disputed_at, mismatched_at, check_at, paid_at, expires_at)
VALUES (gen_random_uuid(), :organizationId, :userId, :organizationId, 'test', 'one', 1250, 'EUR', 'A seat for ' || :name,
        'paid', 'test', sha256(:text::bytea), 'sealed', now(), 'checkout', 'https://pay.example.org', 'charge', 100, now(),
        now(), now(), now(), now());
INSERT INTO payment_refunds (id, organization_id, payment_id, amount, reason, reference, provider_reference)
SELECT gen_random_uuid(), organization_id, id, 100, 'asked for by ' || :email, 'test', 'refund'
  FROM payments WHERE user_id = :userId;
INSERT INTO payment_refunds (id, organization_id, payment_id, amount, reason, reference, status, attempt_at, ended_at)
SELECT gen_random_uuid(), organization_id, id, 100, 'asked for by ' || :name, 'test-2', 'succeeded', NULL, now()
  FROM payments WHERE user_id = :userId;
