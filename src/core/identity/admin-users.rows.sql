-- GET /v1/admin/users
INSERT INTO users (id, email, name)
SELECT gen_random_uuid(), gen_random_uuid() || '@example.org', 'Somebody' FROM generate_series(1, :count)
