-- GET /v1/notifications
INSERT INTO notifications (id, organization_id, user_id, kind, title, text)
SELECT gen_random_uuid(), :organizationId, :userId, 'test.done', 'Title ' || n, 'Text' FROM generate_series(1, :count) n
