-- GET /v1/users/me/exports
INSERT INTO personal_exports (id, user_id, content, expires_at)
SELECT gen_random_uuid(), :userId, '{}', now() + interval '1 day' FROM generate_series(1, :count)
