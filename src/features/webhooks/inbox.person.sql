INSERT INTO webhook_inbox (id, provider, event_id, type, payload)
VALUES (gen_random_uuid(), 'test-provider', gen_random_uuid(), 'test.happened',
        json_build_object('email', :email, 'name', :name));
