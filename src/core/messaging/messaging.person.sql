INSERT INTO outgoing_messages (id, user_id, sealed, expires_at)
VALUES (gen_random_uuid(), :userId, :text, now() + interval '1 day');
