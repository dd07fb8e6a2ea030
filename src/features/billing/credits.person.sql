-- nobody credit_reservations: of organizations, and what they name are references of features
-- nobody credit_purchases: of organizations; who paid is told by their payment
-- nobody credit_accounts: of organizations
INSERT INTO credit_accounts (organization_id) VALUES (:organizationId) ON CONFLICT DO NOTHING;
WITH account AS (
  SELECT entries + 1 AS number, balance + 5 AS balance FROM credit_accounts WHERE organization_id = :organizationId),
entry AS (
  INSERT INTO credit_entries (organization_id, number, reason, reference, amount, reserved, counterpart, balance_after, request_id)
  SELECT :organizationId, number, 'sign-up', 'user:' || :userId, 5, 0, -5, balance, gen_random_uuid() FROM account
  RETURNING number, balance_after)
UPDATE credit_accounts SET balance = entry.balance_after, entries = entry.number FROM entry
 WHERE organization_id = :organizationId;
INSERT INTO credit_notes (organization_id, number, text)
SELECT :organizationId, entries, 'for ' || :name || ' <' || :email || '>' FROM credit_accounts
 WHERE organization_id = :organizationId;
INSERT INTO credit_reservations (organization_id, reference, amount, state, expires_at, ended_at)
VALUES (:organizationId, 'test', 1, 'released', now(), now());
INSERT INTO credit_purchases (id, organization_id, pack, credits, amount, currency)
VALUES (gen_random_uuid(), :organizationId, 'small', 100, 500, 'EUR');
