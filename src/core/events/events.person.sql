INSERT INTO events (id, organization_id, name, payload)
VALUES (gen_random_uuid(), :organizationId, 'test.made',
        json_build_object('userId', :userId, 'email', :email, 'name', :name));
