-- GET /v1/admin/audit-log
WITH entries AS (
  INSERT INTO audit_log (id, organization_id, actor_id, action, target_type)
  SELECT gen_random_uuid(), :organizationId, :userId, 'test.made', 'test' FROM generate_series(1, :count)
  RETURNING id
)
INSERT INTO audit_addresses (entry_id, address) SELECT id, '192.0.2.1' FROM entries
