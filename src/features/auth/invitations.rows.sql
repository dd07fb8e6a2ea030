-- GET /v1/organizations/{id}/invitations
WITH made AS (
  INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
  SELECT gen_random_uuid(), :organizationId::uuid, gen_random_uuid() || '@example.org', 'member',
         sha256(gen_random_uuid()::text::bytea), :userId::uuid, now() + interval '1 day'
    FROM generate_series(1, :count) n
)
SELECT :organizationId::uuid AS id
