INSERT INTO notifications (id, organization_id, user_id, kind, title, text)
VALUES (gen_random_uuid(), :organizationId, :userId, 'test.done', 'For ' || :name, :text);
