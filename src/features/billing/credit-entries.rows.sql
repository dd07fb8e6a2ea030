-- GET /v1/billing/credits/entries
WITH account AS (
  INSERT INTO credit_accounts (organization_id) VALUES (:organizationId) ON CONFLICT DO NOTHING),
before AS (
  SELECT coalesce(max(number), 0) AS entries FROM credit_entries WHERE organization_id = :organizationId)
INSERT INTO credit_entries (organization_id, number, reason, reference, amount, reserved, counterpart, balance_after)
SELECT :organizationId, entries + n, 'grant', 'grant:' || gen_random_uuid(), 1, 0, -1, n
  FROM before, generate_series(1, :count) n
