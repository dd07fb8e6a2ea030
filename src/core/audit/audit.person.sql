WITH entry AS (
  INSERT INTO audit_log (id, organization_id, actor_id, action, target_type, target_id, request_id)
  VALUES (gen_random_uuid(), :organizationId, :userId, 'test.made', 'test', gen_random_uuid(), gen_random_uuid()::text)
  RETURNING id)
INSERT INTO audit_addresses (entry_id, user_id, address) SELECT id, :userId, :address::inet FROM entry;
WITH entry AS (
  INSERT INTO audit_log (id, organization_id, action, target_type, target_id)
  VALUES (gen_random_uuid(), :organizationId, 'sign-in.failed', 'user', :userId) RETURNING id)
INSERT INTO audit_addresses (entry_id, address) SELECT id, :address::inet FROM entry;
