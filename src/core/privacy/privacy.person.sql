INSERT INTO personal_exports (id, user_id, content, expires_at)
VALUES (gen_random_uuid(), :userId, json_build_object('users', json_build_array(:email, :name)),
        now() + interval '1 day');
