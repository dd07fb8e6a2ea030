-- GET /v1/organizations
WITH made AS (
  INSERT INTO organizations (id, name) SELECT gen_random_uuid(), 'Organization ' || n FROM generate_series(1, :count) n
  RETURNING id
)
INSERT INTO memberships (organization_id, user_id, role) SELECT id, :userId, 'member' FROM made
