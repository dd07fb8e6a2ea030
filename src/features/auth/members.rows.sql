-- GET /v1/organizations/{id}/members
WITH made AS (
  INSERT INTO users (id, email, name)
  SELECT gen_random_uuid(), gen_random_uuid() || '@example.org', 'Member ' || n FROM generate_series(1, :count) n
  RETURNING id
), joined AS (
  INSERT INTO memberships (organization_id, user_id, role) SELECT :organizationId::uuid, id, 'member' FROM made
)
SELECT :organizationId::uuid AS id
