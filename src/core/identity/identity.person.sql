-- nobody migrations: what was done to the schema
INSERT INTO organizations (id, name) VALUES (md5(:userId)::uuid, :name);
INSERT INTO memberships (organization_id, user_id, role) VALUES (md5(:userId)::uuid, :userId, 'owner');
