-- GET /v1/jobs
INSERT INTO jobs (id, organization_id, user_id, kind, input, run_at, status, ended_at)
SELECT gen_random_uuid(), :organizationId, :userId, 'test-report.write', '{}', now() + interval '1 day',
       CASE n WHEN 1 THEN 'queued' ELSE 'succeeded' END, CASE n WHEN 1 THEN NULL ELSE now() END
  FROM generate_series(1, :count) n
ON CONFLICT (organization_id, user_id, kind) WHERE status IN ('queued', 'running') DO NOTHING
