INSERT INTO jobs (id, organization_id, user_id, kind, input, result, status, request_id, traceparent, started_at, ended_at,
                  expires_at)
VALUES (gen_random_uuid(), :organizationId, :userId, 'test-report.write', json_build_object('about', :name),
        json_build_object('found', :text), 'succeeded', gen_random_uuid()::text,
        '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', now(), now(), now() + interval '1 day');
INSERT INTO jobs (id, organization_id, user_id, kind, input, status, error_code, error_message, ended_at)
VALUES (gen_random_uuid(), :organizationId, :userId, 'test-report.write', '{}', 'failed', 'TEST', :text, now());
