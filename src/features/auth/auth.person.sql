INSERT INTO credentials (user_id, password_hash) VALUES (:userId, :text);
WITH opened AS (
  INSERT INTO sessions (id, user_id, organization_id, user_agent, address, expires_at)
  VALUES (gen_random_uuid(), :userId, :organizationId, :userAgent, :address::inet, now() + interval '1 day') RETURNING id)
INSERT INTO refresh_tokens (hash, session_id, used_at, answered_at)
SELECT sha256(id::text::bytea), id, now(), now() FROM opened;
INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes, last_used_at)
VALUES (gen_random_uuid(), :organizationId, :userId, :text, 'app_live_' || left(:userId, 8),
        sha256(:text::bytea), ARRAY['bookings:read'], now());
