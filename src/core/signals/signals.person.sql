INSERT INTO signals (sender, number, channel, payload)
VALUES (gen_random_uuid(), 1, 'test', json_build_object('email', :email, 'name', :name)::text);
